import { afterEach, expect, test } from "bun:test";
import { FluxError } from "../../src/platform/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { BlockBuilder, type BuiltBlock } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory } from "./test-store.ts";

afterEach(removeScratchFolders);

const params = privateNetwork({ heights: { lwma: 2, acadia: 3, kamiooka: 5 } });

test("a chain at rest answers at once, one at work does not", async () => {
  const chain = await openTestChain(params, scratchDirectory(params));
  const height = () => chain.readAtOnce(({ tip }) => tip.height);
  expect(height()).toEqual({ value: 0 });
  const [first, second] = new BlockBuilder(params).extend(null, 2);
  const submitted = chain.submitBlock((first as { raw: Uint8Array }).raw);
  expect(height()).toBeNull();
  await submitted;
  expect(height()).toEqual({ value: 1 });

  // Whoever is told of a new tip is told in the middle of the work.
  const seen: unknown[] = [];
  chain.onTip(() => seen.push(height()));
  await chain.submitBlock((second as { raw: Uint8Array }).raw);
  expect(seen).toEqual([null]);
  expect(height()).toEqual({ value: 2 });

  // What a reader throws concerns its caller alone.
  const broken = () =>
    chain.readAtOnce(() => {
      throw new FluxError("not-there", "nothing is there");
    });
  expect(broken).toThrow("nothing is there");
  expect(height()).toEqual({ value: 2 });
  await chain.close();
  expect(height()).toBeNull();
});

test("a question that makes the chain write is answered in the middle of others, and work goes on", async () => {
  const chain = await openTestChain(params, scratchDirectory(params), { indexes: true });
  const blocks = new BlockBuilder(params).extend(null, 4) as [BuiltBlock, BuiltBlock, BuiltBlock, BuiltBlock];
  await connectAll(
    chain,
    blocks.slice(0, 3).map(({ raw }) => raw),
  );
  const { txid } = blocks[0].block.transactions[0] as Transaction;
  const ask = () =>
    chain.readAtOnce((reader) => {
      const height = () => reader.transaction(txid)?.entry.height;
      const before = height();
      return { before, times: reader.blocksByTime(Number.MAX_SAFE_INTEGER, 0, true).length, after: height() };
    });
  expect(ask()).toEqual({ value: { before: 1, times: 4, after: 1 } });
  await connectAll(chain, [blocks[3].raw]);
  expect(ask()?.value).toEqual({ before: 1, times: 5, after: 1 });
  await chain.close();
});
