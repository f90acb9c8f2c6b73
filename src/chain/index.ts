export type { BlockOutcome } from "./blocks/block-outcome.ts";
export { type RebuildVerdict, RebuiltNodes } from "./blocks/rebuilt-nodes.ts";
export type { HeadersOutcome } from "./blocks/submit-headers.ts";
export { VerifyLevel, type VerifyReport } from "./blocks/verify-chain.ts";
export { Chain, type ChainOptions } from "./chain.ts";
export type { PlacedBlock, RefusedBlock, TipChange } from "./chain-engine.ts";
export { ChainTimings, DurationHistogram } from "./duration-histogram.ts";
export {
  HistoryValidation,
  type HistoryVerdict,
  type SnapshotHistory,
  type SnapshotStanding,
  snapshotRefuted,
} from "./history/index.ts";
export {
  type Acceptance,
  type AcceptOptions,
  DEFAULT_MEMPOOL_POLICY,
  type DropCause,
  type FeeDelta,
  MAX_MEMPOOL_FILE_SIZE,
  type MempoolChange,
  type MempoolEntry,
  type MempoolPolicy,
  type MempoolReader,
  type PoolLoad,
  type PoolSpender,
  priorityAt,
  type RandomBelow,
  type Refusal,
  type RemovalReason,
  type TransactionPool,
} from "./mempool/index.ts";
export {
  type BlockSpace,
  type BlockTemplate,
  completeBlock,
  equihashSizeAt,
  generateBlock,
  type KnownWork,
  minimumTime,
  PonMinter,
  type PonMinterOptions,
  PowMiner,
  refreshedHeader,
  SolutionRate,
  type TemplatePayout,
  type Work,
  WorkTemplates,
} from "./mining/index.ts";
export {
  type CheckedSnapshot,
  checkSnapshot,
  differentParts,
  type LoadSnapshotOptions,
  loadSnapshot,
  type SectionHashes,
  type SnapshotHead,
  sectionHashesOf,
  type WrittenSnapshot,
} from "./snapshot/index.ts";
export type {
  AddressBalance,
  AddressDelta,
  AddressKey,
  AddressKind,
  AddressUtxo,
  ChainReader,
  ChainTip,
  CoinStatistics,
  Spender,
  SpentInfo,
  TimestampedBlock,
  TipStatus,
  TransactionCoins,
} from "./state/chain-reader.ts";
export type { ChainView } from "./state/chain-view.ts";
export { type HeaderEntry, Validity } from "./state/header-entry.ts";
export { chainNotFound } from "./state/open-state.ts";
