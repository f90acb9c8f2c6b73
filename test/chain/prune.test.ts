import { afterEach, expect, test } from "bun:test";
import { cpSync, readdirSync } from "node:fs";
import { pruneBlocks } from "../../src/chain/blocks/prune-blocks.ts";
import { Chain, loadSnapshot } from "../../src/chain/index.ts";
import { openState } from "../../src/chain/state/open-state.ts";
import { createClock, type DataDirectory } from "../../src/platform/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory } from "./test-store.ts";

afterEach(removeScratchFolders);

const SET = "regtest-a";
const params: NetworkParams = { ...networkOf(SET), pruneAfterHeight: 0 };
const blocks = blocksOf(SET);
/** Blocks that pruning never touches. */
const KEPT = 288;
const clock = createClock(MOCK_TIME);

/** A chain that keeps as little as it may. */
function openPruned(directory: DataDirectory): Promise<Chain> {
  return Chain.open({ params, directory, clock, indexes: false, pruneLimit: 1 });
}

function copied(directory: DataDirectory): DataDirectory {
  const copy = scratchDirectory(params);
  const kept = readdirSync(directory.networkFolder).filter((name) => name.includes(".db") && !name.endsWith("-shm"));
  for (const name of kept) cpSync(directory.file(name), copy.file(name));
  return copy;
}

/** Heights whose block the chain says it has, and those whose bytes are there. */
function stored(chain: Chain): Promise<{ said: number[]; there: number[] }> {
  return chain.read((reader) => {
    const said: number[] = [];
    const there: number[] = [];
    for (let height = 1; height <= reader.tip.height; height++) {
      const entry = reader.entryAt(height);
      if (entry?.hasData) said.push(height);
      if (entry?.hasData && reader.rawBlock(entry)) there.push(height);
    }
    return { said, there };
  });
}

function heights(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

test("a chain that is pruned loses its oldest blocks and nothing else", async () => {
  const directory = scratchDirectory(params);
  const chain = await openPruned(directory);
  await connectAll(chain, blocks);
  const end = blocks.length;
  expect(await stored(chain)).toEqual({ said: heights(end - KEPT, end), there: heights(end - KEPT, end) });
  expect(await chain.read(({ pruned, pruneHeight }) => ({ pruned, pruneHeight }))).toEqual({
    pruned: true,
    pruneHeight: end - KEPT,
  });
  // All that there is can be verified, and what is gone is no damage.
  expect(await chain.verify(2, 0)).toEqual({ blocks: KEPT + 1, replayed: 0, problem: null });
  expect(await chain.verify(4, 0)).toEqual({ blocks: KEPT + 1, replayed: KEPT + 1, problem: null });
  const { undo: _, ...state } = await stateSnapshot(chain, directory);
  await chain.close();
  const other = scratchDirectory(params);
  const whole = await openTestChain(params, other);
  await connectAll(whole, blocks);
  const { undo: __, ...expected } = await stateSnapshot(whole, other);
  expect(state).toEqual(expected);
  await whole.close();
}, 60_000);

test("a power cut while blocks are removed leaves no chain that names a block which is not there", async () => {
  const directory = scratchDirectory(params);
  const first = await openTestChain(params, directory);
  await connectAll(first, blocks.slice(0, 700));
  await first.close();
  const state = openState({ params, clock, indexes: false, directory, pruneLimit: 1 });
  const lowest = pruneBlocks(state, 1);
  expect(lowest).toBe(700 - KEPT);
  const cuts = [copied(directory)];
  for (const step of state.flushSteps({ prune_height: lowest as number })) {
    if (step === "turn") cuts.push(copied(directory));
  }
  cuts.push(copied(directory));
  state.close();
  expect(cuts.length).toBeGreaterThan(3);
  for (const cut of cuts) {
    const found = await openTestChain(params, cut);
    const { said, there } = await stored(found);
    expect(there).toEqual(said);
    expect((await found.verify(2, 0)).problem).toBeNull();
    await found.close();
    const again = await openPruned(cut);
    await connectAll(again, blocks.slice(700, 702));
    expect(await stored(again)).toEqual({ said: heights(702 - KEPT, 702), there: heights(702 - KEPT, 702) });
    // The block at height 0 is never removed.
    expect(again.storedBlocks.count).toBe(KEPT + 2);
    await again.close();
  }
}, 60_000);

test("a history that was filled in makes a chain whole again only if nothing above it was pruned", async () => {
  const source = await openTestChain(params, scratchDirectory(params));
  await connectAll(source, blocks.slice(0, 100));
  const pieces: Uint8Array[] = [];
  await source.writeSnapshot(null, async (content) => {
    for await (const piece of content) pieces.push(piece);
  });
  await source.close();
  for (const pruned of [false, true]) {
    const directory = scratchDirectory(params);
    const read = async function* () {
      yield* pieces;
    };
    await loadSnapshot({ params, read, trusted: null, claim: () => directory });
    const begun = pruned ? await openPruned(directory) : await openTestChain(params, directory);
    await connectAll(begun, blocks.slice(100, 500));
    await begun.close();
    const chain = await openTestChain(params, directory);
    expect(chain.history.isComplete).toBe(false);
    await chain.history.noteValidated();
    expect(chain.history.isComplete).toBe(!pruned);
    expect(await chain.read((reader) => reader.pruneHeight)).toBe(pruned ? 500 - KEPT : 0);
    await chain.close();
  }
}, 60_000);
