import type { Tier } from "../fluxnodes/index.ts";
import { isActive, isPonHeight, type NetworkParams } from "../params/index.ts";
import { COIN } from "../primitives/index.ts";

const POW_SUBSIDY = 150n * COIN;
const PREMINE = 13_020_000n * COIN;

/** From the second halving on the subsidy stays at a quarter. */
const MAX_HALVINGS = 2;
const UNDEFINED_SHIFT = 64;

/** Shares of a PON subsidy of 14 coins. */
const PON_SHARE_TOTAL = 14n * COIN;
const PON_SHARES: Readonly<Record<Tier, bigint>> = { 1: COIN, 2: (35n * COIN) / 10n, 3: 9n * COIN };

/** Shares of a PoW subsidy before FLUX; doubled from FLUX on. */
const POW_SHARES: Readonly<Record<Tier, number>> = { 1: 0.0375, 2: 0.0625, 3: 0.15 };

/** Block subsidy in zatoshi at a height (spec subsidy-and-payouts.md section 1). */
export function blockSubsidy(height: number, params: NetworkParams): bigint {
  return isPonHeight(params, height) ? ponSubsidy(height, params) : powSubsidy(height, params);
}

/** 14 coins on main, a tenth less after each interval, each step truncated, down to a floor. */
function ponSubsidy(height: number, params: NetworkParams): bigint {
  const elapsed = Math.trunc((height - params.heights.pon) / params.ponSubsidyReductionInterval);
  const reductions = Math.min(elapsed, params.ponMaxReductions);
  let subsidy = BigInt(params.ponInitialSubsidy) * COIN;
  for (let i = 0; i < reductions; i++) subsidy = (subsidy * 9n) / 10n;
  return subsidy;
}

/** A premine, a ramp in two halves that skips one step in the middle, then halvings. */
function powSubsidy(height: number, params: NetworkParams): bigint {
  if (height === 1) return PREMINE;
  const slowStart = params.subsidySlowStartInterval;
  const shift = Math.trunc(slowStart / 2);
  if (height < slowStart) {
    const step = height < shift ? height : height + 1;
    return (POW_SUBSIDY / BigInt(slowStart)) * BigInt(step);
  }
  const halvings = Math.trunc((height - shift) / params.subsidyHalvingInterval);
  if (halvings >= UNDEFINED_SHIFT) return 0n;
  return POW_SUBSIDY >> BigInt(Math.min(halvings, MAX_HALVINGS));
}

/**
 * What the payee of a tier gets at a height, in zatoshi; fees are no part of it (spec subsidy-and-payouts.md section 2).
 * PON shares are integers in 64 bits. PoW shares are IEEE doubles in the reference, and the same operations in the same
 * order here give its value for every subsidy, not only for those of the built-in networks.
 */
export function tierAmount(height: number, tier: Tier, params: NetworkParams): bigint {
  const subsidy = blockSubsidy(height, params);
  if (isPonHeight(params, height)) return BigInt.asIntN(64, subsidy * PON_SHARES[tier]) / PON_SHARE_TOTAL;
  const multiple = isActive(params, "flux", height) ? 2 : 1;
  return BigInt(Math.trunc(Number(subsidy) * (POW_SHARES[tier] * multiple)));
}

/** What is left of the subsidy after all three tiers, in zatoshi: the least that the development fund gets from PON on. */
export function devFundMinimum(height: number, params: NetworkParams): bigint {
  return (
    blockSubsidy(height, params) -
    tierAmount(height, 1, params) -
    tierAmount(height, 2, params) -
    tierAmount(height, 3, params)
  );
}
