import { afterEach, expect, test } from "bun:test";
import { BlockBuilder, type BuiltBlock } from "../chain/block-builder.ts";
import { privateNetwork } from "../chain/private-network.ts";
import { connectAll, tipOf } from "../chain/test-store.ts";
import { endAll, startNode } from "./test-network.ts";
import { until } from "./test-node.ts";

afterEach(endAll);

test("who declared its tip invalid tells peers of the branch that it takes instead", async () => {
  const params = privateNetwork();
  const builder = new BlockBuilder(params);
  const common = builder.extend(null, 6);
  const parent = common.at(-1) as BuiltBlock;
  const [bad] = builder.extend(parent, 1) as [BuiltBlock];
  const branch = builder.extend(parent, 2, new Uint8Array([1]));
  const mockTime = (branch.at(-1) as BuiltBlock).entry.time + 3600;
  const a = await startNode({ params, mockTime });
  await connectAll(
    a.chain,
    [...common, bad].map(({ raw }) => raw),
  );
  const b = await startNode({ params, mockTime, connect: [a.port] });
  const agree = () => tipOf(a.chain) === tipOf(b.chain);
  await until("b has the chain of a", agree);
  await a.rest();
  await a.chain.invalidateBlock(bad.block.header.hash);
  expect(a.chain.height).toBe(parent.height);
  await connectAll(
    a.chain,
    branch.map(({ raw }) => raw),
  );
  await until("b follows a", agree);
  expect(b.chain.height).toBe(parent.height + 2);
  for (const { network } of [a, b]) for (const { score } of network.peers.all()) expect(score).toBe(0);
}, 120_000);
