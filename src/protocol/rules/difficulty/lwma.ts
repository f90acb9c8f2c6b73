import type { NetworkParams } from "../../params/index.ts";
import type { ChainEntry } from "../chain-entry.ts";
import { capTarget, decodeCompact, encodeCompact, wrap256 } from "../targets.ts";

/** A solve time counts as this many seconds at least; a block older than its parent pulls the sum down only so far. */
const SHORTEST_SOLVE_TIME = -360;

/** N*(N+1)*spacing/2: the weighted sum of solve times of a window at exactly the wanted pace. */
export function expectedWeightedTime(params: NetworkParams): number {
  const n = params.lwmaAveragingWindow;
  return (n * (n + 1) * params.powTargetSpacing) / 2;
}

/**
 * LWMA (spec block-and-pow.md 4.3): solve times of the last N blocks, the newest weighing most, times the sum of their targets.
 * The reference stops the process when there are not more than N blocks; powLimit is the answer here, as in LWMA3.
 */
export function lwmaNextBits(parent: ChainEntry, params: NetworkParams): number {
  const n = params.lwmaAveragingWindow;
  const limit = params.powLimit.target;
  if (parent.height <= n) return encodeCompact(limit);
  const expected = expectedWeightedTime(params);
  const divisor = BigInt(expected) * BigInt(n);
  const longest = 6 * params.powTargetSpacing;
  let weighted = 0;
  let targets = 0n;
  let block = parent;
  for (let weight = n; weight >= 1; weight--) {
    const before = block.parent as ChainEntry;
    const solveTime = Math.max(SHORTEST_SOLVE_TIME, Math.min(block.time - before.time, longest));
    weighted += solveTime * weight;
    targets += decodeCompact(block.bits).target / divisor;
    block = before;
  }
  weighted = Math.max(weighted, Math.trunc(expected / 10));
  const next = wrap256(BigInt(weighted) * targets);
  return encodeCompact(capTarget(next, limit));
}
