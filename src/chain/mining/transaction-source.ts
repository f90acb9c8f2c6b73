import type { MempoolReader } from "../mempool/index.ts";

/** Where the transactions of a new block come from. */
export type TransactionSource = Pick<MempoolReader, "entries" | "delta">;

/** No transactions: a block with its coinbase only. */
export const NO_TRANSACTIONS: TransactionSource = {
  entries: () => [],
  delta: () => ({ priority: 0, fee: 0n }),
};
