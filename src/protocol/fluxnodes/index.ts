export {
  attestConfirm,
  type BenchmarkResult,
  fluxnodeTransaction,
  type MessageKey,
  signConfirm,
  signMessage,
  signStart,
} from "./build.ts";
export { blockCollateralReject, collateralOf, mempoolCollateralReject } from "./collateral-rule.ts";
export { type ConfirmationKind, type ConfirmFields, unsignedConfirm } from "./confirm-transaction.ts";
export { type BlockPlan, planBlock } from "./connect.ts";
export { checkFluxnodeActivation, checkFluxnodeInContext, type FluxnodeContext } from "./contextual.ts";
export type { DelegateEntry, DelegateSet } from "./delegates.ts";
export {
  applyDelta,
  type DelegateChange,
  decodeDelta,
  encodeDelta,
  type NodeChange,
  type NodeDelta,
  readDelegateSet,
  revertDelta,
  writeDelegateSet,
} from "./delta.ts";
export { isFoundationKey } from "./foundation-key.ts";
export { isIpv4Address, isOnionAddress, parseIpAddress } from "./ip-address.ts";
export { hostOf, type IpNetwork, networkOfIp, networkOfNode } from "./ip-network.ts";
export { benchmarkMessage, confirmMessage, messageHash, startMessage } from "./messages.ts";
export { keysSince, type NodeKeys } from "./node-keys.ts";
export { NodeTable } from "./node-table.ts";
export { nextPayees, type Payee, payeesAt, paymentDestination, paymentScript } from "./payees.ts";
export { type Collateral, type FluxnodeRecord, isP2shNode, type NodeStatus, statusName } from "./record.ts";
export { decodeRecord, encodeRecord } from "./record-codec.ts";
export { recoverFluxnodeSigners } from "./recovered-signers.ts";
export {
  checkFluxnodeSignatures,
  checkTableSignatures,
  type MessageSignature,
  nodeSignature,
  ownSignatures,
  signatureReject,
  tableSignatures,
  verifyMessage,
} from "./signatures.ts";
export { type StartKind, startKind, startKindOf } from "./start-kind.ts";
export {
  legacyStart,
  SIGNED_BY_DELEGATE,
  type StartFields,
  type StartOwner,
  updatedDelegates,
  upgradedStart,
} from "./start-transaction.ts";
export { checkFluxnodeTransaction } from "./stateless.ts";
export { decodeTable, encodeTable } from "./table-codec.ts";
export { allowedAmounts, isCurrentAmount, isTier, TIERS, type Tier, tierName, tierOfAmount } from "./tiers.ts";
export { mayUpdateAt } from "./update-height.ts";
export {
  COLLATERAL_MATURITY,
  confirmExpiry,
  dosRemoval,
  IP_CHANGE_DISTANCE,
  maxIpLength,
  minReconfirmDistance,
  startExpiry,
} from "./windows.ts";
