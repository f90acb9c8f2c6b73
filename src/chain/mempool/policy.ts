import { DEFAULT_STANDARD_POLICY, type StandardPolicy } from "../../protocol/script/index.ts";

/** What this node lets into its memory pool beyond the rules of the chain (spec transactions.md sections 11 and 12). */
export interface MempoolPolicy {
  /** Standardness; `relayFeeRate` in it is the rate below which a transaction counts as free. */
  readonly standard: StandardPolicy;
  /** Highest sum of {@link transactionCost} before transactions are evicted. */
  readonly costLimit: number;
  /** Seconds for which an evicted transaction is not taken again. */
  readonly evictionMemory: number;
  /** Thousand bytes of free transactions from peers per minute. */
  readonly freeRelayLimit: number;
  /** Free transactions must have the priority for the free area of a block. */
  readonly relayPriority: boolean;
}

export const DEFAULT_MEMPOOL_POLICY: MempoolPolicy = {
  standard: DEFAULT_STANDARD_POLICY,
  costLimit: 80_000_000,
  evictionMemory: 60 * 60,
  freeRelayLimit: 500,
  relayPriority: false,
};
