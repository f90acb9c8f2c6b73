import { afterEach, describe, expect, test } from "bun:test";
import type { VersionMessage } from "../../src/p2p/messages/index.ts";
import { BlockBuilder } from "../chain/block-builder.ts";
import { privateNetwork } from "../chain/private-network.ts";
import { networkOf } from "../chain/recorded-set.ts";
import { connectAll } from "../chain/test-store.ts";
import { PretendTransport } from "./pretend-transport.ts";
import { TestClock } from "./test-clock.ts";
import { endAll, introducedPeer, silentPeer, startNode } from "./test-network.ts";
import { type TestNode, type TestNodeOptions, until } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const OUTBOUND = 16;

afterEach(endAll);

interface Place {
  readonly node: TestNode;
  readonly transport: PretendTransport;
  readonly come: (host: string, parts?: Partial<VersionMessage>) => Promise<WirePeer>;
}

/** A node with room for so many inbound peers, each of which comes a second after the one before. */
async function nodeFor(inbound: number, options: Partial<TestNodeOptions> = {}): Promise<Place> {
  const clock = new TestClock();
  const transport = new PretendTransport();
  const node = await startNode({ params: PARAMS, clock, transport, maxConnections: OUTBOUND + inbound, ...options });
  const come = async (host: string, parts: Partial<VersionMessage> = {}) => {
    clock.advance(0.01);
    transport.callers.push(host);
    return introducedPeer(node, parts);
  };
  return { node, transport, come };
}

function hosts(node: TestNode): string[] {
  return node.network.peers.all().map(({ name }) => name.replace(/:\d+$/, ""));
}

describe("with all inbound places taken", () => {
  test("a crowd from one network pushes out its own, and nobody else", async () => {
    const { node, come } = await nodeFor(60);
    const honest = Array.from({ length: 20 }, (_, i) => `${60 + i}.1.1.1`);
    for (const host of honest) await come(host);
    const crowd: WirePeer[] = [];
    for (let i = 0; i < 140; i++) crowd.push(await come(`51.15.${i}.1`));
    expect(hosts(node).length).toBe(60);
    expect(hosts(node)).toEqual(expect.arrayContaining(honest));
    await until("those pushed out know it", () => crowd.filter(({ closed }) => closed).length === 100);
    // Somebody new from elsewhere takes the place of one of the crowd.
    const late = await come("90.1.1.1");
    await late.settle();
    expect(hosts(node)).toEqual(expect.arrayContaining([...honest, "90.1.1.1"]));
    expect(hosts(node).length).toBe(60);
  }, 120_000);

  test("a newcomer is refused where everybody deserves to stay", async () => {
    const { node, transport, come } = await nodeFor(12);
    for (let i = 0; i < 12; i++) await come(`${60 + i}.1.1.1`);
    transport.callers.push("90.1.1.1");
    const late = await silentPeer(node);
    await late.gone();
    expect(transport.refused).toBe(1);
    expect(hosts(node).length).toBe(12);
  });

  test("peers that do not know an upgrade which is near go first", async () => {
    const params = privateNetwork({ heights: { lwma: 1, equihash144: 2, acadia: 1000 } });
    const { node, come } = await nodeFor(40, { params });
    await connectAll(
      node.chain,
      new BlockBuilder(params).extend(null, 3).map(({ raw }) => raw),
    );
    // The oldest connections: otherwise they would be the ones to stay.
    for (let i = 0; i < 20; i++) await come(`51.15.${i}.1`, { version: 170_005 });
    for (let i = 0; i < 20; i++) await come(`${60 + i}.1.1.1`);
    for (let i = 0; i < 4; i++) await come(`90.1.${i}.1`);
    const versions = node.network.peers.all().map(({ version }) => version);
    expect(versions.filter((version) => version === 170_005).length).toBe(16);
    expect(versions.length).toBe(40);
  }, 120_000);

  test("no places at all means that nobody is taken in", async () => {
    const { node, transport } = await nodeFor(0);
    const peer = await silentPeer(node);
    await peer.gone();
    expect(transport.refused).toBe(1);
  });
});
