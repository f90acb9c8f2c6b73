import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chain, type CoinStatistics } from "../../src/chain/index.ts";
import { createClock, createDataDirectory, type DataDirectory } from "../../src/platform/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { blocksOf, MOCK_TIME, networkOf, type RecordedSet } from "./recorded-set.ts";

const made: string[] = [];

/** For `afterEach` of every file that makes chains. */
export function removeScratchFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A new empty folder, in memory where the system offers that: these tests write very often. Removed by {@link removeScratchFolders}. */
export function scratchFolder(): string {
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = mkdtempSync(join(parent, "fluxnode-chain-"));
  made.push(folder);
  return folder;
}

export function scratchDirectory(params: NetworkParams): DataDirectory {
  return createDataDirectory(scratchFolder(), params.name);
}

export interface OpenOptions {
  readonly indexes?: boolean;
  /** Fixed time in Unix seconds; null lets the clock run, so that old blocks are taken for a download under way. */
  readonly mockTime?: number | null;
}

/** Opens the chain of a data directory. */
export function openTestChain(params: NetworkParams, directory: DataDirectory, options: OpenOptions = {}) {
  const { indexes = false, mockTime = MOCK_TIME } = options;
  return Chain.open({ params, directory, clock: createClock(mockTime), indexes });
}

/** A chain in a folder of its own. */
export function freshChain(params: NetworkParams, options: OpenOptions = {}): Promise<Chain> {
  return openTestChain(params, scratchDirectory(params), options);
}

export function tipOf(chain: Chain): string {
  return toDisplayHash(chain.tipHash);
}

export function statisticsOf(chain: Chain): Promise<CoinStatistics> {
  return chain.coinStatistics();
}

/** The hash that gettxoutsetinfo shows. */
export async function coinHashOf(chain: Chain): Promise<string> {
  return toDisplayHash((await statisticsOf(chain)).hash);
}

/** Hands in blocks that all must become the tip. */
export async function connectAll(chain: Chain, blocks: Iterable<Uint8Array>): Promise<void> {
  for (const raw of blocks) {
    const outcome = await chain.submitBlock(raw);
    if (outcome.reject || !outcome.judged) {
      throw new Error(`block ${chain.height + 1} was not connected: ${outcome.reject?.reason ?? outcome.known}`);
    }
  }
}

const finalHashes = new Map<RecordedSet, string>();

/** Hash of the coin set after the whole recorded chain, from a chain that saw nothing else. */
export async function finalCoinHash(set: RecordedSet): Promise<string> {
  let hash = finalHashes.get(set);
  if (hash === undefined) {
    const chain = await freshChain(networkOf(set));
    await connectAll(chain, blocksOf(set));
    hash = await coinHashOf(chain);
    await chain.close();
    finalHashes.set(set, hash);
  }
  return hash;
}
