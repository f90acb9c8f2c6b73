import type { NetworkParams } from "../../params/index.ts";
import type { ChainEntry } from "../chain-entry.ts";
import { encodeCompact } from "../targets.ts";
import { averagingWindow, digishieldNextBits } from "./digishield.ts";
import { lwmaNextBits } from "./lwma.ts";
import { lwma3NextBits } from "./lwma3.ts";
import { zelhashTransitionBits } from "./zelhash-transition.ts";

const EQUIHASH144_RESET_BLOCKS = 61;
const ZELHASH_RAMP_BLOCKS = 64;

/**
 * Last parent height of an Equihash epoch's fade, from which a special phase of `length` blocks runs; the reference
 * computes with unsigned numbers, so a start below 1 means that there is no such phase.
 */
function inPhase(parentHeight: number, start: number, length: number): boolean {
  return start >= 1 && parentHeight >= start && parentHeight < start + length;
}

/**
 * Compact target that a PoW block on `parent` must carry (spec block-and-pow.md 4.1). The order of the cases counts: the
 * phases after an algorithm change precede the test networks' minimum difficulty, and that precedes the averaging.
 * Activation heights are compared as they are, so an upgrade that never comes (-1) counts as past.
 * @param candidateTime Unix seconds of the candidate block; without it the minimum-difficulty case is left out.
 */
export function nextPowBits(parent: ChainEntry | null, params: NetworkParams, candidateTime?: number): number {
  const limitBits = encodeCompact(params.powLimit.target);
  if (!parent) return limitBits;

  const fade = params.equihashFadeLength;
  if (inPhase(parent.height, params.heights.equihash144 + fade - 1, EQUIHASH144_RESET_BLOCKS)) return limitBits;
  const zelhashStart = params.heights.kamiooka + fade - 1;
  if (inPhase(parent.height, zelhashStart, ZELHASH_RAMP_BLOCKS)) {
    return zelhashTransitionBits(parent, zelhashStart, params);
  }

  const easyFrom = params.minDifficultyAfterHeight;
  if (easyFrom !== null && parent.height >= easyFrom && candidateTime !== undefined) {
    if (candidateTime > parent.time + params.powTargetSpacing * 2) return limitBits;
  }

  const window = averagingWindow(parent, params);
  if (!window) return limitBits;
  const height = parent.height + 1;
  if (height < params.heights.lwma) return digishieldNextBits(parent, window, params);
  return height < params.heights.acadia ? lwmaNextBits(parent, params) : lwma3NextBits(parent, params);
}
