import type { BlockHeader } from "../../protocol/primitives/index.ts";
import type { ChainEntry } from "../../protocol/rules/index.ts";

/** How far a block has been checked; each level includes the ones before. */
export const Validity = { header: 1, transactions: 2, scripts: 3 } as const;

/** What is known of one header of the tree. Heights, work and pools are sums along its own branch. */
export interface HeaderEntry extends ChainEntry {
  /** Ascending in the order of arrival; also the row in the store. */
  readonly id: number;
  readonly header: BlockHeader;
  readonly height: number;
  readonly parent: HeaderEntry | null;
  readonly chainWork: bigint;
  /** One of {@link Validity}. */
  readonly validity: number;
  /** The block itself breaks a rule (or was declared invalid by hand). */
  readonly failed: boolean;
  /** An ancestor failed. */
  readonly failedAncestor: boolean;
  /** The block's bytes are stored. */
  readonly hasData: boolean;
  /** Transactions in the block; 0 while it was never received. */
  readonly transactionCount: number;
  /** Transactions up to this block; 0 while a block below is missing. */
  readonly chainTransactionCount: number;
  /** Serialised size in bytes; 0 while it was never received. */
  readonly size: number;
  /** Sprout tree root after the block, wire order; null while it was never connected. */
  readonly sproutRoot: Uint8Array | null;
  /** Change of the shielded pools by this block, zatoshi; null while it was never received. */
  readonly sproutDelta: bigint | null;
  readonly saplingDelta: bigint | null;
  /** Pool totals after this block, zatoshi; null while a block below is missing. */
  readonly chainSproutValue: bigint | null;
  readonly chainSaplingValue: bigint | null;
}
