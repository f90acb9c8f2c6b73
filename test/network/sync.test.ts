import { afterEach, describe, expect, test } from "bun:test";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll, removeScratchFolders, tipOf } from "../chain/test-store.ts";
import { TestNode, type TestNodeOptions, until } from "./test-node.ts";

const started: TestNode[] = [];

async function start(options: TestNodeOptions): Promise<TestNode> {
  const node = await TestNode.start(options);
  started.push(node);
  return node;
}

afterEach(async () => {
  for (const node of started.splice(0)) await node.stop();
  removeScratchFolders();
});

describe("two nodes", () => {
  test("the empty one gets the recorded chain of the other, headers first, and then both get each other's blocks", async () => {
    const params = networkOf("regtest-a");
    const blocks = blocksOf("regtest-a");
    const most = blocks.length - 10;
    const a = await start({ params });
    await connectAll(a.chain, blocks.slice(0, most));
    const b = await start({ params, connect: [a.port] });
    await until("b has the chain of a", () => tipOf(b.chain) === tipOf(a.chain), 60_000);
    // Blocks flow from a to b …
    await connectAll(a.chain, blocks.slice(most, most + 5));
    await until("b follows a", () => tipOf(b.chain) === tipOf(a.chain));
    // … and back.
    await connectAll(b.chain, blocks.slice(most + 5));
    await until("a follows b", () => tipOf(a.chain) === tipOf(b.chain));
    expect(a.chain.height).toBe(blocks.length);
  }, 120_000);
});
