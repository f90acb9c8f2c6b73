export type { BlockOutcome } from "./block-outcome.ts";
export { Chain, type ChainOptions, type TipChange } from "./chain.ts";
export type {
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
