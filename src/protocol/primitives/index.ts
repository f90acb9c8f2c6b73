export {
  type AddressPrefixes,
  type Destination,
  decodeAddress,
  decodeWif,
  encodeAddress,
  encodeWif,
  isValidSecret,
  type PrivateKey,
} from "./address.ts";
export { type AmountTexts, amountTexts, COIN, formatAmount, isMoneyRange, MAX_MONEY } from "./amount.ts";
export { type Block, decodeBlock, encodeBlock } from "./block.ts";
export type { Coin, CoinView } from "./coin.ts";
export { effectiveKeyLength } from "./fluxnode-codec.ts";
export {
  type BlockHeader,
  type BlockHeaderFields,
  decodeHeader,
  encodeHeader,
  equihashInput,
  makeHeader,
  PON_BLOCK_VERSION,
  type PonProof,
  type PowProof,
  readHeader,
  writeHeader,
} from "./header.ts";
export {
  compareOutPoints,
  equalOutPoints,
  formatOutPoint,
  formatShortOutPoint,
  isNullOutPoint,
  NULL_OUTPOINT,
  type OutPoint,
  outPointKey,
  readOutPoint,
  writeOutPoint,
} from "./outpoint.ts";
export { decodeSaplingAddress, encodeSaplingAddress, type SaplingAddress } from "./shielded-address.ts";
export {
  readJoinSplit,
  readSaplingOutput,
  readSaplingSpend,
  writeJoinSplit,
  writeSaplingOutput,
  writeSaplingSpend,
} from "./shielded-codec.ts";
export { StoredBlock } from "./stored-block.ts";
export { StoredTransaction } from "./stored-transaction.ts";
export {
  type DelegateData,
  DelegateType,
  type FluxnodeConfirm,
  type FluxnodePayload,
  type FluxnodeStart,
  FluxnodeType,
  type FluxnodeUntyped,
  FluxTxVersionBit,
  hasShieldedParts,
  isCoinbase,
  type JoinSplit,
  OVERWINTER_GROUP_ID,
  SAPLING_GROUP_ID,
  type SaplingOutput,
  type SaplingSpend,
  type Transaction,
  type TxInput,
  type TxOutput,
} from "./transaction.ts";
export {
  decodeTransaction,
  encodeFluxnodeUnsigned,
  encodeTransaction,
  makeTransaction,
  readTransaction,
} from "./transaction-codec.ts";
export { EMPTY_FIELDS, type TransactionFields, transparentFields } from "./transaction-fields.ts";
