import { afterEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import type { Chain } from "../../src/chain/index.ts";
import { BLOCKS_APPLICATION_ID, BLOCKS_MIGRATIONS } from "../../src/chain/store/schema.ts";
import type { DataDirectory } from "../../src/platform/index.ts";
import { openDatabase } from "../../src/platform/sqlite/index.ts";
import { fromHex } from "../../src/protocol/bytes/index.ts";
import { decodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf, reorgsOf } from "./recorded-set.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const SET = "regtest-a";
const params = networkOf(SET);
const blocks = blocksOf(SET);
const never = new AbortController().signal;

/** A folder with the blocks of a chain, and without the chain. */
async function orphaned(fill: (chain: Chain) => Promise<void>): Promise<{ directory: DataDirectory; tip: string }> {
  const directory = scratchDirectory(params);
  const chain = await openTestChain(params, directory);
  await fill(chain);
  const tip = tipOf(chain);
  await chain.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(directory.file(`chain.db${suffix}`), { force: true });
  return { directory, tip };
}

/** Everything but the arrival of headers, which decides nothing once the tip is the same. */
async function stateOf(chain: Chain, directory: DataDirectory) {
  const { headers: _, ...state } = await stateSnapshot(chain, directory);
  return state;
}

describe("blocks whose chain is gone", () => {
  test("build it again, without any other source", async () => {
    const { directory, tip } = await orphaned((chain) => connectAll(chain, blocks));
    const chain = await openTestChain(params, directory, { indexes: true });
    expect(chain.height).toBe(0);
    expect(chain.storedBlocks).toMatchObject({ pending: true, count: blocks.length + 1 });
    expect(await chain.storedBlocks.judge(never)).toBe(blocks.length);
    expect(tipOf(chain)).toBe(tip);
    expect(chain.storedBlocks.pending).toBe(false);
    const other = scratchDirectory(params);
    const straight = await openTestChain(params, other, { indexes: true });
    expect(straight.storedBlocks.pending).toBe(false);
    await connectAll(straight, blocks);
    expect(await stateOf(chain, directory)).toEqual(await stateOf(straight, other));
    expect((await chain.verify(4, 0)).problem).toBeNull();
    await straight.close();
    await chain.close();
    const again = await openTestChain(params, directory);
    expect(again.storedBlocks.pending).toBe(false);
    await again.close();
  }, 120_000);

  test("go on where the work was interrupted", async () => {
    const { directory, tip } = await orphaned((chain) => connectAll(chain, blocks.slice(0, 600)));
    const first = await openTestChain(params, directory);
    const interruption = new AbortController();
    first.onTip(() => {
      if (first.height === 250) interruption.abort();
    });
    const judged = await first.storedBlocks.judge(interruption.signal);
    expect(judged).toBeLessThan(600);
    expect(first.storedBlocks.pending).toBe(true);
    const reached = first.height;
    await first.close();
    const second = await openTestChain(params, directory);
    expect(second.height).toBe(reached);
    expect(await second.storedBlocks.judge(never)).toBeLessThanOrEqual(600 - reached + 100);
    expect(tipOf(second)).toBe(tip);
    await second.close();
  }, 60_000);

  for (const { tag, base_height, branchA, branchB } of reorgsOf(SET)) {
    test(`with branches: the better one wins again (${tag})`, async () => {
      const { directory, tip } = await orphaned(async (chain) => {
        await connectAll(chain, blocks.slice(0, base_height));
        for (const hex of [...branchA, ...branchB]) await chain.submitBlock(fromHex(hex));
      });
      const chain = await openTestChain(params, directory);
      expect(await chain.storedBlocks.judge(never)).toBe(base_height + branchA.length + branchB.length);
      expect(tipOf(chain)).toBe(tip);
      await chain.close();
    }, 60_000);
  }

  test("that lead nowhere leave the chain at its beginning, ready for others", async () => {
    const { directory, tip } = await orphaned((chain) => connectAll(chain, blocks.slice(0, 30)));
    const database = openDatabase(directory.file("blocks.db"), {
      applicationId: BLOCKS_APPLICATION_ID,
      migrations: BLOCKS_MIGRATIONS,
    });
    const [first] = blocks as [Uint8Array];
    database.prepare<unknown[]>("DELETE FROM blocks WHERE hash = ?").run(decodeBlock(first).header.hash);
    database.close();
    const chain = await openTestChain(params, directory);
    expect(await chain.storedBlocks.judge(never)).toBe(0);
    expect([chain.height, chain.storedBlocks.pending]).toEqual([0, false]);
    await connectAll(chain, blocks.slice(0, 30));
    expect(tipOf(chain)).toBe(tip);
    await chain.close();
  }, 60_000);

  test("some of which are damaged are used as far as they are good", async () => {
    const { directory, tip } = await orphaned((chain) => connectAll(chain, blocks.slice(0, 60)));
    const database = openDatabase(directory.file("blocks.db"), {
      applicationId: BLOCKS_APPLICATION_ID,
      migrations: BLOCKS_MIGRATIONS,
    });
    const damaged = blocks[39] as Uint8Array;
    const { hash } = decodeBlock(damaged).header;
    database.prepare<unknown[]>("UPDATE blocks SET block = ? WHERE hash = ?").run(damaged.subarray(0, 200), hash);
    database.close();
    const chain = await openTestChain(params, directory);
    await chain.storedBlocks.judge(never);
    expect([chain.height, chain.storedBlocks.pending]).toEqual([39, false]);
    await connectAll(chain, blocks.slice(39, 60));
    expect(tipOf(chain)).toBe(tip);
    await chain.close();
  }, 60_000);
});
