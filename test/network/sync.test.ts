import { afterEach, describe, expect, test } from "bun:test";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll, scratchDirectory, tipOf } from "../chain/test-store.ts";
import { endAll, startNode, stopNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

const PARAMS = networkOf("regtest-a");
const BLOCKS = blocksOf("regtest-a");

afterEach(endAll);

async function agree(what: string, ...nodes: TestNode[]): Promise<void> {
  await until(what, () => new Set(nodes.map(({ chain }) => tipOf(chain))).size === 1, 100_000);
}

describe("two nodes", () => {
  test("the empty one gets the recorded chain of the other, headers first, and then both get each other's blocks", async () => {
    const most = BLOCKS.length - 10;
    const a = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, most));
    const b = await startNode({ params: PARAMS, connect: [a.port] });
    await agree("b has the chain of a", a, b);
    await connectAll(a.chain, BLOCKS.slice(most, most + 5));
    await agree("b follows a", a, b);
    await connectAll(b.chain, BLOCKS.slice(most + 5));
    await agree("a follows b", a, b);
    expect(a.chain.height).toBe(BLOCKS.length);
    // Nobody thinks badly of the other.
    for (const { network } of [a, b]) for (const { score } of network.peers.all()) expect(score).toBe(0);
  }, 120_000);

  test("a chain whose last block is old is served and fetched, though the clocks run", async () => {
    const a = await startNode({ params: PARAMS, mockTime: null });
    await connectAll(a.chain, BLOCKS.slice(0, 200));
    const b = await startNode({ params: PARAMS, connect: [a.port], mockTime: null });
    await agree("b has the chain of a", a, b);
  }, 120_000);

  test("the one without blocks fetches from the side that connected to it, too", async () => {
    const b = await startNode({ params: PARAMS });
    const a = await startNode({ params: PARAMS, connect: [b.port] });
    await connectAll(a.chain, BLOCKS.slice(0, 200));
    await agree("b has the chain of a", a, b);
  }, 120_000);
});

describe("three nodes in a line", () => {
  test("pass blocks on, and go on when the middle one was stopped and started again", async () => {
    const a = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, 300));
    const directory = scratchDirectory(PARAMS);
    const first = await startNode({ params: PARAMS, directory, connect: [a.port] });
    const { port } = first;
    const c = await startNode({ params: PARAMS, connect: [port] });
    await agree("c has the chain of a", a, first, c);
    await stopNode(first);
    await connectAll(a.chain, BLOCKS.slice(300, 350));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(c.chain.height).toBe(300);
    const second = await startNode({ params: PARAMS, directory, connect: [a.port], listen: port });
    await agree("c caught up", a, second, c);
    expect(c.chain.height).toBe(350);
  }, 120_000);

  test("an empty one fetches from both others at once", async () => {
    const a = await startNode({ params: PARAMS });
    const b = await startNode({ params: PARAMS });
    await connectAll(a.chain, BLOCKS.slice(0, 700));
    await connectAll(b.chain, BLOCKS.slice(0, 700));
    const c = await startNode({ params: PARAMS, connect: [a.port, b.port] });
    await agree("c has the chain", a, b, c);
    for (const { network } of [a, b]) expect(network.bytesSent).toBeGreaterThan(50_000);
  }, 120_000);
});
