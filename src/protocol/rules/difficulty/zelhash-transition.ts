import type { NetworkParams } from "../../params/index.ts";
import type { ChainEntry } from "../chain-entry.ts";
import { capTarget, decodeCompact, encodeCompact, wrap256 } from "../targets.ts";
import { lwma3NextBits } from "./lwma3.ts";

/**
 * Target after the change to zelHash (spec block-and-pow.md 4.5): the LWMA3 target plus up to 61/32 of itself, one 32nd
 * less with each block. `rampEnd` is the parent height at which 61 steps are added. The last two blocks get a factor
 * below zero, which the reference cuts to 32 bits: 4294967295 and 4294967294.
 */
export function zelhashTransitionBits(parent: ChainEntry, rampEnd: number, params: NetworkParams): number {
  const full = decodeCompact(lwma3NextBits(parent, params)).target;
  const steps = BigInt((rampEnd + 61 - parent.height) >>> 0);
  const next = wrap256(full + wrap256((full >> 5n) * steps));
  const limit = params.powLimit.target;
  return encodeCompact(capTarget(next, limit));
}
