import { afterEach, describe, expect, test } from "bun:test";
import { BlockBuilder } from "../chain/block-builder.ts";
import { privateNetwork } from "../chain/private-network.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll, scratchDirectory, tipOf } from "../chain/test-store.ts";
import { endAll, startNode, stopNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

const PARAMS = networkOf("regtest-a");
const BLOCKS = blocksOf("regtest-a");

afterEach(endAll);

async function agree(what: string, patienceMillis: number, ...nodes: TestNode[]): Promise<void> {
  await until(what, () => new Set(nodes.map(({ chain }) => tipOf(chain))).size === 1, patienceMillis);
}

describe("two nodes", () => {
  test("the empty one gets the recorded chain of the other, headers first, and then both get each other's blocks", async () => {
    const most = BLOCKS.length - 10;
    const a = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, most));
    const b = await startNode({ params: PARAMS, connect: [a.port] });
    await agree("b has the chain of a", 60_000, a, b);
    await connectAll(a.chain, BLOCKS.slice(most, most + 5));
    await agree("b follows a", 20_000, a, b);
    await connectAll(b.chain, BLOCKS.slice(most + 5));
    await agree("a follows b", 20_000, a, b);
    expect(a.chain.height).toBe(BLOCKS.length);
    // Nobody thinks badly of the other.
    for (const { network } of [a, b]) for (const { score } of network.peers.all()) expect(score).toBe(0);
  }, 120_000);

  test("a chain whose last block is old is served and fetched, though the clocks run", async () => {
    const a = await startNode({ params: PARAMS, mockTime: null });
    await connectAll(a.chain, BLOCKS.slice(0, 200));
    const b = await startNode({ params: PARAMS, connect: [a.port], mockTime: null });
    await agree("b has the chain of a", 30_000, a, b);
  }, 60_000);

  test("the one without blocks fetches from the side that connected to it, too", async () => {
    const b = await startNode({ params: PARAMS });
    const a = await startNode({ params: PARAMS, connect: [b.port] });
    await connectAll(a.chain, BLOCKS.slice(0, 200));
    await agree("b has the chain of a", 30_000, a, b);
  }, 60_000);
});

describe("three nodes in a line", () => {
  test("pass blocks on, and go on when the middle one was stopped and started again", async () => {
    const a = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, 300));
    const directory = scratchDirectory(PARAMS);
    const first = await startNode({ params: PARAMS, directory, connect: [a.port] });
    const { port } = first;
    const c = await startNode({ params: PARAMS, connect: [port] });
    await agree("c has the chain of a", 60_000, a, first, c);
    await stopNode(first);
    await connectAll(a.chain, BLOCKS.slice(300, 350));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(c.chain.height).toBe(300);
    const second = await startNode({ params: PARAMS, directory, connect: [a.port], listen: port });
    await agree("c caught up", 60_000, a, second, c);
    expect(c.chain.height).toBe(350);
  }, 120_000);

  test("an empty one fetches from both others at once", async () => {
    const a = await startNode({ params: PARAMS });
    const b = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, 700));
    await connectAll(b.chain, BLOCKS.slice(0, 700));
    const c = await startNode({ params: PARAMS, connect: [a.port, b.port] });
    await agree("c has the chain", 60_000, a, b, c);
    for (const { network } of [a, b]) expect(network.bytesSent).toBeGreaterThan(50_000);
  }, 120_000);
});

describe("a partition", () => {
  test("of two halves that both produce heals to the better chain", async () => {
    const params = privateNetwork();
    const builder = new BlockBuilder(params);
    const common = builder.extend(null, 20);
    const ours = builder.extend(common.at(-1) ?? null, 5, Uint8Array.of(1));
    const theirs = builder.extend(common.at(-1) ?? null, 9, Uint8Array.of(2));
    const time = (theirs.at(-1)?.entry.time ?? 0) + 60;
    const start = (connect: number[]) => startNode({ params, mockTime: time, connect });
    const a = await start([]);
    const b = await start([a.port]);
    const c = await start([]);
    const d = await start([c.port]);
    for (const { chain } of [a, c])
      await connectAll(
        chain,
        common.map(({ raw }) => raw),
      );
    await agree("everybody has the common part", 20_000, a, b, c, d);
    await connectAll(
      a.chain,
      ours.map(({ raw }) => raw),
    );
    await connectAll(
      d.chain,
      theirs.map(({ raw }) => raw),
    );
    await agree("the first half agrees", 20_000, a, b);
    await agree("the second half agrees", 20_000, c, d);
    expect(tipOf(a.chain)).not.toBe(tipOf(c.chain));
    b.connectTo(c);
    await agree("all agree", 30_000, a, b, c, d);
    expect(a.chain.height).toBe(29);
    // And on it goes: a block of the losing half reaches the other end.
    const next = builder.extend(theirs.at(-1) ?? null, 1, Uint8Array.of(3));
    await connectAll(
      a.chain,
      next.map(({ raw }) => raw),
    );
    await agree("all follow", 20_000, a, b, c, d);
  }, 120_000);
});
