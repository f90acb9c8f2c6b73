export { type CoinBacking, type CoinChanges, CoinSet, type SpentCoin } from "./coin-set.ts";
export {
  decodeTransactionCoins,
  encodeTransactionCoins,
  MutableTransactionCoins,
  readStoredOutput,
  skipStoredOutput,
  writeStoredOutput,
} from "./transaction-coins.ts";
