import type { NetworkParams } from "../../params/index.ts";
import type { ChainEntry } from "../chain-entry.ts";
import { capTarget, decodeCompact, encodeCompact, wrap256 } from "../targets.ts";
import { expectedWeightedTime } from "./lwma.ts";

/** The last `count` blocks in ascending order. */
function lastBlocks(parent: ChainEntry, count: number): ChainEntry[] {
  const blocks = new Array<ChainEntry>(count);
  let block: ChainEntry | null = parent;
  for (let i = count - 1; i >= 0; i--) {
    blocks[i] = block as ChainEntry;
    block = (block as ChainEntry).parent;
  }
  return blocks;
}

/**
 * LWMA3 (spec block-and-pow.md 4.4): like LWMA, but times are made strictly increasing instead of clamped from below,
 * and the result stays between 67 % and 150 % of the parent's target. 256-bit products wrap around.
 */
export function lwma3NextBits(parent: ChainEntry, params: NetworkParams): number {
  const n = params.lwmaAveragingWindow;
  const limit = params.powLimit.target;
  if (parent.height < n) return encodeCompact(limit);
  const divisor = BigInt(expectedWeightedTime(params)) * BigInt(n);
  const longest = 6 * params.powTargetSpacing;
  const [first, ...blocks] = lastBlocks(parent, n + 1) as [ChainEntry, ...ChainEntry[]];
  let previousTime = first.time;
  let weighted = 0;
  let targets = 0n;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as ChainEntry;
    const time = Math.max(block.time, previousTime + 1);
    weighted += Math.min(longest, time - previousTime) * (i + 1);
    previousTime = time;
    targets += decodeCompact(block.bits).target / divisor;
  }
  const last = decodeCompact(parent.bits).target;
  const highest = wrap256(last * 150n) / 100n;
  const lowest = wrap256(last * 67n) / 100n;
  let next = capTarget(wrap256(BigInt(weighted) * targets), highest);
  if (lowest > next) next = lowest;
  return encodeCompact(capTarget(next, limit));
}
