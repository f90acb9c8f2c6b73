import type { NetworkParams } from "../../params/index.ts";
import { type ChainEntry, medianTimePast } from "../chain-entry.ts";
import { capTarget, decodeCompact, encodeCompact, wrap256 } from "../targets.ts";

/**
 * Average of the targets of the last blocks, and the block before them; null while there are not enough blocks.
 * Every PoW algorithm needs this window to exist, also those that do not use it (spec block-and-pow.md 4.1 step 5).
 */
export interface AveragingWindow {
  readonly average: bigint;
  readonly before: ChainEntry;
}

export function averagingWindow(parent: ChainEntry, params: NetworkParams): AveragingWindow | null {
  const size = params.digishieldAveragingWindow;
  let total = 0n;
  let block: ChainEntry | null = parent;
  for (let i = 0; block && i < size; i++) {
    total += decodeCompact(block.bits).target;
    block = block.parent;
  }
  return block && { average: wrap256(total) / BigInt(size), before: block };
}

/**
 * Digishield from its inputs: the average target and the seconds between the medians at both ends of the window.
 * The percentage named "up" bounds the timespan from below and "down" from above (spec block-and-pow.md 4.2).
 */
export function digishieldBits(average: bigint, medianTimespan: number, params: NetworkParams): number {
  const expected = params.digishieldAveragingWindow * params.powTargetSpacing;
  const shortest = Math.trunc((expected * (100 - params.digishieldMaxAdjustUp)) / 100);
  const longest = Math.trunc((expected * (100 + params.digishieldMaxAdjustDown)) / 100);
  const damped = expected + Math.trunc((medianTimespan - expected) / 4);
  const actual = Math.min(Math.max(damped, shortest), longest);
  // The reference multiplies by a 32-bit number here.
  const next = wrap256((average / BigInt(expected)) * BigInt(actual >>> 0));
  return encodeCompact(capTarget(next, params.powLimit.target));
}

export function digishieldNextBits(parent: ChainEntry, window: AveragingWindow, params: NetworkParams): number {
  const timespan = medianTimePast(parent) - medianTimePast(window.before);
  return digishieldBits(window.average, timespan, params);
}
