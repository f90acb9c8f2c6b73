export type { BlockOutcome } from "./block-outcome.ts";
export { Chain, type ChainOptions } from "./chain.ts";
export type { PlacedBlock, TipChange } from "./chain-engine.ts";
export type {
  AddressBalance,
  AddressDelta,
  AddressKey,
  AddressKind,
  AddressUtxo,
  ChainReader,
  ChainTip,
  CoinStatistics,
  SpentInfo,
  TimestampedBlock,
  TipStatus,
  TransactionCoins,
} from "./chain-reader.ts";
export type { HeaderEntry } from "./header-entry.ts";
export { VerifyLevel, type VerifyReport } from "./verify-chain.ts";
