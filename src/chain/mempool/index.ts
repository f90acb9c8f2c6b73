export type { Acceptance, AcceptOptions, DropCause, ProofVerdict, Refusal } from "./acceptance.ts";
export type { RandomBelow } from "./lottery.ts";
export { type MempoolEntry, priorityAt } from "./mempool-entry.ts";
export { MAX_MEMPOOL_FILE_SIZE } from "./mempool-file.ts";
export type { FeeDelta, MempoolChange, MempoolReader, RemovalReason } from "./mempool-reader.ts";
export { DEFAULT_MEMPOOL_POLICY, type MempoolPolicy } from "./policy.ts";
export { PoolKeeper, type PoolKeeperOptions } from "./pool-keeper.ts";
export type { PoolSpender } from "./pool-links.ts";
export { type AtRest, type PoolLoad, TransactionPool } from "./transaction-pool.ts";
