import { afterEach, beforeAll, expect, test } from "bun:test";
import { cpSync, readdirSync } from "node:fs";
import { ChainEngine } from "../../src/chain/chain-engine.ts";
import { ChainTimings } from "../../src/chain/duration-histogram.ts";
import { ShieldedVerifier } from "../../src/chain/shielded/shielded-verifier.ts";
import type { ChainState } from "../../src/chain/state/chain-state.ts";
import { openState } from "../../src/chain/state/open-state.ts";
import { createClock, type DataDirectory, type Step } from "../../src/platform/index.ts";
import { toHex } from "../../src/protocol/bytes/index.ts";
import { decodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import {
  coinHashOf,
  connectAll,
  freshChain,
  openTestChain,
  removeScratchFolders,
  scratchDirectory,
} from "./test-store.ts";

const params = networkOf("regtest-a");
/** So far the store has them before the flush; so far the flush brings it. */
const BEFORE = 40;
const AFTER = 150;
const blocks = blocksOf("regtest-a").slice(0, AFTER);
/** Coin hash by height. */
const hashes = new Map<number, string>();
const opened: { state: ChainState; shielded: ShieldedVerifier }[] = [];

beforeAll(async () => {
  const chain = await freshChain(params);
  await connectAll(chain, blocks.slice(0, BEFORE));
  hashes.set(BEFORE, await coinHashOf(chain));
  await connectAll(chain, blocks.slice(BEFORE));
  hashes.set(AFTER, await coinHashOf(chain));
  await chain.close();
});

afterEach(() => {
  for (const { state, shielded } of opened.splice(0)) {
    shielded.close();
    state.close();
  }
  removeScratchFolders();
});

/** A chain whose store is at {@link BEFORE} and whose memory is at {@link AFTER}, as far behind as one that syncs. */
async function heldBack() {
  const directory = scratchDirectory(params);
  const first = await openTestChain(params, directory);
  await connectAll(first, blocks.slice(0, BEFORE));
  await first.close();
  // Time stands still, so that nothing is written because it waited for long.
  const clock = { ...createClock(MOCK_TIME), monotonicMillis: () => 0 };
  const state = openState({ params, clock, indexes: false, directory });
  const shielded = new ShieldedVerifier();
  opened.push({ state, shielded });
  const follower = { disconnected: async () => {}, connected: () => {}, rested: () => {} };
  const nobody = () => {};
  const context = () => ({ initialDownload: true, shielded, timeOffset: 0 });
  const engine = new ChainEngine(state, null, context, nobody, nobody, follower, new ChainTimings());
  for (const raw of blocks.slice(BEFORE)) await engine.processBlock(decodeBlock(raw));
  await engine.settle();
  expect(state.active.height).toBe(AFTER);
  return { directory, state, engine };
}

/** What the next start finds if the power goes now: height and coin hash. */
async function afterPowerCut(directory: DataDirectory): Promise<[number, string]> {
  const copy = scratchDirectory(params);
  // The index of the log is memory of the process and is lost with it.
  const kept = readdirSync(directory.networkFolder).filter((name) => !name.endsWith("-shm"));
  for (const name of kept) cpSync(directory.file(name), copy.file(name));
  const chain = await openTestChain(params, copy);
  const found: [number, string] = [chain.height, await coinHashOf(chain)];
  await chain.close();
  return found;
}

/** All that a state says, read piece by piece. */
function described(state: ChainState): string[] {
  const lines: string[] = [];
  for (let height = 0; height <= AFTER; height++) {
    const node = state.active.at(height);
    if (!node) throw new Error(`no block at height ${height}`);
    lines.push(`${height} ${node.id} ${toHex(node.hash)} ${state.tree.get(node.hash) === node} ${node.logicalTime}`);
    const block = decodeBlock(state.rawBlock(node) as Uint8Array);
    for (const { txid, outputs } of block.transactions) {
      for (let index = 0; index < outputs.length; index++) {
        lines.push(`${toHex(txid)} ${index} ${state.coins.coin({ txid, index })?.value}`);
      }
    }
    lines.push(`undo ${state.undo(node)?.spent.flat().length}`);
  }
  return lines;
}

/** Calls `look` at every long step of a flush and at some of the others; returns how often. */
async function duringFlush(steps: Generator<Step>, look: (count: number) => unknown): Promise<number> {
  let looks = 0;
  let count = 0;
  for (const step of steps) {
    if (step !== "turn" && count++ % 25 !== 0) continue;
    await look(looks);
    looks++;
  }
  return looks;
}

test("a power cut between any two steps of a flush leaves the state before it or the one after it", async () => {
  const { directory, state } = await heldBack();
  const found: [number, string][] = [await afterPowerCut(directory)];
  const looks = await duringFlush(state.flushSteps(), async () => {
    found.push(await afterPowerCut(directory));
  });
  found.push(await afterPowerCut(directory));
  expect(looks).toBeGreaterThan(5);
  for (const [height, hash] of found) expect(hash).toBe(hashes.get(height) as string);
  const heights = found.map(([height]) => height);
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  expect(heights[0]).toBe(BEFORE);
  expect(heights.at(-1)).toBe(AFTER);
});

test("whoever reads between the steps of a flush sees the state that is being written", async () => {
  const { state } = await heldBack();
  const expected = described(state);
  const looks = await duringFlush(state.flushSteps(), () => {
    expect(described(state)).toEqual(expected);
  });
  expect(looks).toBeGreaterThan(5);
  expect(described(state)).toEqual(expected);
  expect(state.failedToWrite).toBeFalse();
});

test("a flush that fails between its steps changes nothing in the store, and is remembered", async () => {
  for (const failAt of [0, 3, 6]) {
    const { directory, state } = await heldBack();
    const steps = state.flushSteps();
    const failing = duringFlush(steps, (count) => {
      if (count === failAt) steps.throw(new Error("no space left"));
    });
    await expect(failing).rejects.toThrow("no space left");
    expect(state.failedToWrite).toBeTrue();
    expect(await afterPowerCut(directory)).toEqual([BEFORE, hashes.get(BEFORE) as string]);
  }
});

test("after a flush that was given up, the chain goes on from the state before it", async () => {
  const { directory, state } = await heldBack();
  const steps = state.flushSteps();
  for (let count = 0; count < 50; count++) expect(steps.next().done).toBeFalse();
  steps.return(undefined);
  for (const { state: left, shielded } of opened.splice(0)) {
    shielded.close();
    left.close();
  }
  const chain = await openTestChain(params, directory);
  expect(chain.height).toBe(BEFORE);
  await connectAll(chain, blocks.slice(BEFORE));
  expect(await coinHashOf(chain)).toBe(hashes.get(AFTER) as string);
  await chain.close();
});

test("others have their turn while the engine flushes", async () => {
  const { engine, state } = await heldBack();
  const seen: number[] = [];
  let flushed = false;
  const look = () => {
    if (flushed) return;
    seen.push(state.active.height);
    setImmediate(look);
  };
  setImmediate(look);
  await engine.flush();
  flushed = true;
  expect(seen.length).toBeGreaterThan(1);
  expect(new Set(seen)).toEqual(new Set([AFTER]));
});
