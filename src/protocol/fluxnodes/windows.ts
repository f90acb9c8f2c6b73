import { isActive, isPonHeight, type NetworkParams } from "../params/index.ts";

/** Least age in blocks of a collateral output (spec fluxnodes.md 2.3). */
export const COLLATERAL_MATURITY = 100;

/** From this distance to its last confirmation a node may confirm a changed ip (spec fluxnodes.md 7.3). */
export const IP_CHANGE_DISTANCE = 5;

/** A node last confirmed at L survives blocks up to L + this number (spec fluxnodes.md 2.3 and 8.5). */
export function confirmExpiry(height: number, params: NetworkParams): number {
  if (isActive(params, "pon", height)) return 640;
  if (isActive(params, "halving", height)) return 160;
  return isActive(params, "flux", height) ? 80 : 60;
}

/** An UPDATE_CONFIRM with an unchanged ip must be more than this number of blocks after the last confirmation. */
export function minReconfirmDistance(height: number, params: NetworkParams): number {
  if (isActive(params, "pon", height)) return 500;
  return isActive(params, "halving", height) ? 120 : 40;
}

/**
 * A START of height A that is not confirmed by block A + this number moves to the DoS list there.
 * The only window for which the reference compares the bare PON height, so a network without PON has the long one.
 */
export function startExpiry(height: number, params: NetworkParams): number {
  return isPonHeight(params, height) ? 240 : 60;
}

/** An entry whose START stands at height A leaves the DoS list at A + this number. */
export function dosRemoval(height: number, params: NetworkParams): number {
  return isActive(params, "pon", height) ? 720 : 180;
}

/** Longest ip text in bytes; the transaction's own benchmark time decides (spec fluxnodes.md 2.3). */
export function maxIpLength(benchmarkSigTime: number): number {
  return benchmarkSigTime >= 1_647_262_800 ? 60 : 40;
}
