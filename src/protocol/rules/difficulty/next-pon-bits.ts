import type { NetworkParams } from "../../params/index.ts";
import type { ChainEntry } from "../chain-entry.ts";
import { decodeCompact, encodeCompact, isUsableTarget, wrap256 } from "../targets.ts";

/**
 * Compact target that a PON block on `parent` must carry (spec block-and-pow.md 5.3): the parent's target scaled by the
 * time that the last window took. The division comes first and truncates, so a perfect pace still lowers the target a little.
 */
export function nextPonBits(parent: ChainEntry | null, params: NetworkParams): number {
  const startBits = encodeCompact(params.ponStartLimit.target);
  if (!parent) return startBits;
  const activation = params.heights.pon;
  const window = params.ponDifficultyWindow;
  const height = parent.height + 1;
  if (height < activation) return parent.bits;
  if (height < activation + window) return startBits;

  let first = parent;
  for (let i = 0; i < window - 1; i++) {
    const before = first.parent;
    if (!before || before.height < activation) return startBits;
    first = before;
  }

  const limit = params.ponLimit.target;
  const previous = decodeCompact(parent.bits);
  if (!isUsableTarget(previous)) return encodeCompact(limit);
  return ponBits(previous.target, parent.time - first.time, params);
}

/** The scaling alone: `timespan` is the number of seconds between the first and the last block of a window. */
export function ponBits(previous: bigint, timespan: number, params: NetworkParams): number {
  const limit = params.ponLimit.target;
  const expected = (params.ponDifficultyWindow - 1) * params.ponTargetSpacing;
  const shortest = Math.trunc((expected * 4) / 5);
  const longest = Math.trunc((expected * 5) / 4);
  const actual = Math.min(Math.max(timespan, shortest), longest);
  // The reference multiplies by a 32-bit number here.
  const next = wrap256((previous / BigInt(expected)) * BigInt(actual >>> 0));
  return encodeCompact(next > limit || next === 0n ? limit : next);
}
