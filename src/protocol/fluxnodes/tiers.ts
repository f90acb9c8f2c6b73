import type { NetworkParams, TransitionWindow } from "../params/index.ts";
import { COIN } from "../primitives/index.ts";

/** Tier numbers as they stand in transactions and in the node list (spec fluxnodes.md section 3). */
export type Tier = 1 | 2 | 3;

export const TIERS: readonly Tier[] = [1, 2, 3];

const NAMES: Readonly<Record<number, string>> = { 0: "NONE", 1: "CUMULUS", 2: "NIMBUS", 3: "STRATUS" };

/** Zatoshi before and after the collateral transition. */
const COLLATERAL: Readonly<Record<Tier, { readonly old: bigint; readonly current: bigint }>> = {
  1: { old: 10_000n * COIN, current: 1_000n * COIN },
  2: { old: 25_000n * COIN, current: 12_500n * COIN },
  3: { old: 100_000n * COIN, current: 40_000n * COIN },
};

/** The daemon's name of a tier number. */
export function tierName(tier: number): string {
  return NAMES[tier] ?? `UNKNOWN TIER (${tier})`;
}

export function isTier(value: number): value is Tier {
  return value === 1 || value === 2 || value === 3;
}

/** Blocks [begin, end) in which both amounts of the tier count. */
export function transitionOf(tier: Tier, params: NetworkParams): TransitionWindow {
  return params.collateralTransition[tier - 1] as TransitionWindow;
}

/** Collateral amounts in zatoshi that make a node of this tier at this height (spec fluxnodes.md section 3), the old one first. */
export function allowedAmounts(tier: Tier, height: number, params: NetworkParams): readonly bigint[] {
  const { begin, end } = transitionOf(tier, params);
  const { old, current } = COLLATERAL[tier];
  if (height < begin) return [old];
  return height < end ? [old, current] : [current];
}

/** The tier that an output of exactly this value (zatoshi) is collateral for at this height; null for none. */
export function tierOfAmount(amount: bigint, height: number, params: NetworkParams): Tier | null {
  let found: Tier | null = null;
  for (const tier of TIERS) if (allowedAmounts(tier, height, params).includes(amount)) found = tier;
  return found;
}

/** True for an amount of the time after the collateral transition; `getmigrationcount` tells old and new nodes apart by it. */
export function isCurrentAmount(amount: bigint): boolean {
  return TIERS.some((tier) => COLLATERAL[tier].current === amount);
}
