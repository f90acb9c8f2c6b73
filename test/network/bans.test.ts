import { afterEach, describe, expect, test } from "bun:test";
import { formatSubnet, parseSubnet, type Subnet } from "../../src/p2p/index.ts";
import { addrMessage, filterloadMessage } from "../../src/p2p/messages/index.ts";
import { networkOf } from "../chain/recorded-set.ts";
import { scratchDirectory } from "../chain/test-store.ts";
import { PretendTransport } from "./pretend-transport.ts";
import { TestClock } from "./test-clock.ts";
import { endAll, introducedPeer, silentPeer, startNode, stopNode } from "./test-network.ts";
import type { TestNode } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const DAY = 24 * 3600;
const OFFENDER = "51.15.0.9";
const TOO_LARGE = { data: new Uint8Array(36_001), hashFunctions: 1, tweak: 0, flags: 0 };

afterEach(endAll);

function banned(node: TestNode): string[] {
  return node.network.bans.list().map(({ subnet }) => formatSubnet(subnet));
}

function subnet(text: string): Subnet {
  const found = parseSubnet(text);
  if (!found) throw new Error(`${text} is no subnet`);
  return found;
}

async function comesFrom(node: TestNode, transport: PretendTransport, host: string): Promise<WirePeer> {
  transport.callers.push(host);
  return introducedPeer(node);
}

/** True if a connection from an address is refused. */
async function isRefused(node: TestNode, transport: PretendTransport, host: string): Promise<boolean> {
  const before = transport.refused;
  transport.callers.push(host);
  const peer = await silentPeer(node);
  if (transport.refused > before) {
    await peer.gone();
    return true;
  }
  peer.end();
  return false;
}

describe("a ban", () => {
  test("comes with 100 points, refuses the address, outlasts a restart and ends after a day", async () => {
    const clock = new TestClock();
    const transport = new PretendTransport();
    const directory = scratchDirectory(PARAMS);
    const node = await startNode({ params: PARAMS, directory, clock, transport });
    const offender = await comesFrom(node, transport, OFFENDER);
    offender.send(filterloadMessage, TOO_LARGE);
    await offender.gone();
    expect(banned(node)).toEqual([`${OFFENDER}/255.255.255.255`]);
    expect(node.network.bans.list()[0]?.until).toBe(clock.now() + DAY);
    expect(await isRefused(node, transport, OFFENDER)).toBe(true);
    expect(await isRefused(node, transport, "51.15.0.10")).toBe(false);
    await stopNode(node);

    clock.advance(DAY - 1);
    const again = await startNode({ params: PARAMS, directory, clock, transport });
    expect(banned(again)).toEqual([`${OFFENDER}/255.255.255.255`]);
    expect(await isRefused(again, transport, OFFENDER)).toBe(true);
    clock.advance(1);
    expect(banned(again)).toEqual([]);
    expect(await isRefused(again, transport, OFFENDER)).toBe(false);
  });

  test("takes points together, each connection for itself", async () => {
    const transport = new PretendTransport();
    const node = await startNode({ params: PARAMS, transport });
    const tooMany = {
      ...addrMessage,
      write: (writer: { compactSize(n: number): { fixed(bytes: Uint8Array): void } }) =>
        writer.compactSize(1001).fixed(new Uint8Array(30 * 1001)),
    };
    const first = await comesFrom(node, transport, OFFENDER);
    const second = await comesFrom(node, transport, OFFENDER);
    for (let i = 0; i < 4; i++) first.send(tooMany, []);
    second.send(tooMany, []);
    await first.settle();
    await second.settle();
    expect(node.network.peers.all().map(({ score }) => score)).toEqual([80, 20]);
    expect(banned(node)).toEqual([]);
    first.send(tooMany, []);
    await first.gone();
    expect(banned(node)).toEqual([`${OFFENDER}/255.255.255.255`]);
    // Connections that are open stay, as in the reference.
    await second.settle();
    expect(second.closed).toBe(false);
  });

  test("of this machine's own addresses is a disconnection only", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.send(filterloadMessage, TOO_LARGE);
    await peer.gone();
    expect(banned(node)).toEqual([]);
    await introducedPeer(node);
  });

  test("comes at once, for any address, with a transaction of a kind that nobody knows", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.sendRaw("tx", Uint8Array.of(9, 0, 0, 0x80, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0));
    await peer.gone();
    expect(banned(node)).toEqual(["127.0.0.1/255.255.255.255"]);
  });

  test("by the operator ends connections from a whole network, and is lifted again", async () => {
    const clock = new TestClock();
    const transport = new PretendTransport();
    const node = await startNode({ params: PARAMS, clock, transport });
    const [inside, outside] = [
      await comesFrom(node, transport, OFFENDER),
      await comesFrom(node, transport, "51.16.0.1"),
    ];
    node.network.banSubnet(subnet("51.15.0.0/16"), clock.now() + 60);
    await inside.gone();
    await outside.settle();
    expect(await isRefused(node, transport, "51.15.200.1")).toBe(true);
    expect(node.network.bans.remove(subnet("51.15.0.0/24"))).toBe(false);
    expect(node.network.bans.remove(subnet("51.15.0.0/16"))).toBe(true);
    expect(await isRefused(node, transport, "51.15.200.1")).toBe(false);
    node.network.banSubnet(subnet("51.15.0.0/16"), clock.now() + 60);
    clock.advance(60);
    expect(await isRefused(node, transport, "51.15.200.1")).toBe(false);
  });
});
