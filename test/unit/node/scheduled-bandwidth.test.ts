import { expect, test } from "bun:test";
import type { Chain } from "../../../src/chain/index.ts";
import { fluxnodeAddressText } from "../../../src/node/fluxnode-address.ts";
import { addressesSeen } from "../../../src/node/rpc-peers.ts";
import { type ScheduledBandwidthOptions, scheduledBandwidth } from "../../../src/node/scheduled-bandwidth.ts";
import { machineAddresses } from "../../../src/platform/machine/index.ts";
import { toDisplayHash } from "../../../src/protocol/bytes/index.ts";
import { NodeTable } from "../../../src/protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../../src/protocol/params/index.ts";
import type { RpcPeer } from "../../../src/server/rpc/index.ts";
import { MINED_NETWORK } from "../../chain/mined-chain.ts";
import { main, network, numberedOutpoint, record } from "../protocol/fluxnodes/fixtures.ts";

type Given = Partial<ScheduledBandwidthOptions["settings"]> & {
  readonly params?: NetworkParams;
  readonly seenAs?: readonly string[];
};

/** Whom a node of a chain with these nodes measures with; the collaterals are numbered. */
async function peersOf(ips: readonly string[], { params = main, seenAs = [], ...given }: Given = {}) {
  const nodes = new NodeTable();
  for (const [index, ip] of ips.entries()) {
    nodes.put(record({ collateral: numberedOutpoint(index), status: "confirmed", ip }));
  }
  const read = async <T>(use: (reader: { nodes: NodeTable }) => T) => use({ nodes });
  const { known, whyNone, maxTrafficBytes } = await scheduledBandwidth({
    chain: { view: { params }, read } as unknown as Chain,
    settings: {
      benchTraffic: 2000,
      fluxnodeCollateral: undefined,
      fluxnodeAddress: undefined,
      externalAddress: [],
      ...given,
    },
    seenAs: () => seenAs,
  });
  return { hosts: known.map(({ host }) => host).sort(), whyNone, maxTrafficBytes };
}

const IPS = ["8.8.8.8:16137", "8.8.8.8:16147", "9.9.9.9", "1.1.1.1"];

test("a node measures with others of its chain, within its limit", async () => {
  expect(await peersOf(IPS)).toEqual({ hosts: ["1.1.1.1", "8.8.8.8", "9.9.9.9"], whyNone: "", maxTrafficBytes: 2e9 });
  expect(await peersOf(IPS, { benchTraffic: 0 })).toMatchObject({
    hosts: [],
    whyNone: expect.stringContaining("bench-traffic"),
  });
  expect(await peersOf([])).toMatchObject({ hosts: [], whyNone: "the chain lists no fluxnodes" });
});

test("never with itself or behind its own address, however that is known", async () => {
  const { txid, index } = numberedOutpoint(0);
  const ways: Given[] = [
    { fluxnodeCollateral: { txid: toDisplayHash(txid), index } },
    { fluxnodeAddress: { host: "8.8.8.8", port: 16157 } },
    { externalAddress: [{ host: "8.8.8.8", port: undefined }] },
    { seenAs: ["8.8.8.8:40000"] },
  ];
  for (const way of ways) expect((await peersOf(IPS, way)).hosts).toEqual(["1.1.1.1", "9.9.9.9"]);
});

test("nor over an interface of this machine", async () => {
  const own = machineAddresses();
  expect(own).toContain("127.0.0.1");
  const { hosts, whyNone } = await peersOf(["127.0.0.1:26137"], { params: MINED_NETWORK });
  expect(hosts).toEqual([]);
  expect(whyNone).toContain("1 on this machine's own line");
});

test("private addresses are for networks of one's own, whatever these call themselves", async () => {
  const inside = ["10.98.76.54", "127.0.0.98:16137"];
  for (const name of ["main", "test"]) {
    const renamed = { ...network(name), name: "mine", networkId: "regtest" } as NetworkParams;
    for (const params of [network(name), renamed]) expect((await peersOf(inside, { params })).hosts).toEqual([]);
  }
  const named = { ...MINED_NETWORK, name: "main", networkId: "main" } as NetworkParams;
  for (const params of [network("regtest"), MINED_NETWORK, named]) {
    expect((await peersOf(inside, { params })).hosts).toEqual(inside.map((ip) => ip.replace(/:.*/, "")));
  }
});

test("how peers see this machine counts only where this machine chose them", () => {
  const peer = (inbound: boolean, localAddress: string | null) => ({ inbound, localAddress }) as RpcPeer;
  const list = () => [peer(false, "8.8.8.8:16125"), peer(true, "9.9.9.9:16125"), peer(false, null)];
  expect(addressesSeen({ list })).toEqual(["8.8.8.8:16125"]);
});

test("an address as it is written into the list", () => {
  expect(fluxnodeAddressText(undefined)).toBe("");
  expect(fluxnodeAddressText({ host: "8.8.8.8", port: undefined })).toBe("8.8.8.8");
  expect(fluxnodeAddressText({ host: "8.8.8.8", port: 16127 })).toBe("8.8.8.8");
  expect(fluxnodeAddressText({ host: "8.8.8.8", port: 16137 })).toBe("8.8.8.8:16137");
  expect(fluxnodeAddressText({ host: "2a00:1450::1", port: undefined })).toBe("2a00:1450::1");
  expect(fluxnodeAddressText({ host: "2a00:1450::1", port: 16137 })).toBe("[2a00:1450::1]:16137");
});
