export { type Reject, RejectCode, type RejectScope, reject } from "../verdict/index.ts";
export {
  type BlockCheckContext,
  checkBlock,
  MAX_BLOCK_SIGOPS,
  MAX_BLOCK_SIZE,
  transactionsRoot,
} from "./block.ts";
export { type BlockContext, checkBlockInContext } from "./block-in-context.ts";
export { ancestorAt, type ChainEntry, medianTimePast } from "./chain-entry.ts";
export {
  digishieldBits,
  lwma3NextBits,
  lwmaNextBits,
  nextPonBits,
  nextPowBits,
  ponBits,
  zelhashTransitionBits,
} from "./difficulty/index.ts";
export {
  checkEmergencySignatures,
  decodeEmergencySignatures,
  encodeEmergencySignatures,
  MAX_BLOCK_SIGNATURE,
} from "./emergency-block.ts";
export { isExpired, isFinal } from "./finality.ts";
export { checkHeader, checkPowTarget, checkSolution, futureTimeLimit, type HeaderCheckContext } from "./header.ts";
export {
  checkHeaderInContext,
  type HeaderContext,
  isSolutionSizeAllowed,
  matchesCheckpoint,
  maxReorgDepth,
} from "./header-in-context.ts";
export { COINBASE_MATURITY, checkInputs, transactionFee } from "./inputs.ts";
export {
  checkCoinbaseAmount,
  checkCoinbasePayments,
  checkPayouts,
  coinbaseLimit,
  coinbaseOutputs,
  type SpecialPayment,
  specialPayments,
  type TierPayee,
} from "./payouts.ts";
export {
  BYPASS_COLLATERAL,
  checkPonTarget,
  comparePonHash,
  headerPonHash,
  isBypassCollateral,
  isEmergencyBlock,
  ponHash,
  ponSignatureValid,
  ponSlot,
} from "./pon.ts";
export { checkPonProducer, type ProducerKey, producerKey } from "./pon-producer.ts";
export { blockSubsidy, devFundMinimum, tierAmount } from "./subsidy.ts";
export {
  blockWork,
  type DecodedTarget,
  decodeCompact,
  encodeCompact,
  hashToNumber,
  isUsableTarget,
  wrap256,
} from "./targets.ts";
export { checkTransaction, MAX_TRANSACTION_SIZE } from "./transaction.ts";
export { checkTransactionInContext, type TransactionContext } from "./transaction-in-context.ts";
export { checkTransactionValues, shieldedValueIn, valueOut } from "./transaction-values.ts";
