import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";
import type { HeaderEntry } from "../state/header-entry.ts";

/** The shielded pools along a new block, where no pool may fall below zero (ZIP 209). */
export class ShieldedBalance {
  private readonly watched: boolean;
  private sprout: bigint;
  private sapling: bigint;

  /** @param tip the block's parent; without its pool values nothing is watched */
  constructor(params: NetworkParams, { chainSproutValue, chainSaplingValue }: HeaderEntry) {
    this.watched = params.turnstileEnforced && chainSproutValue !== null && chainSaplingValue !== null;
    this.sprout = chainSproutValue ?? 0n;
    this.sapling = chainSaplingValue ?? 0n;
  }

  /** Counts a transaction in; false, and nothing counted, if it overdraws a pool. */
  take(tx: Transaction): boolean {
    const sprout = tx.joinSplits.reduce((sum, { vpubOld, vpubNew }) => sum + vpubOld - vpubNew, this.sprout);
    const sapling = this.sapling - tx.valueBalance;
    if (this.watched && (sprout < 0n || sapling < 0n)) return false;
    this.sprout = sprout;
    this.sapling = sapling;
    return true;
  }
}
