export { type ScriptTexts, scriptTexts, scriptToAsm } from "./asm.ts";
export { checkInput, type InputCheck } from "./check-input.ts";
export { combineSignatures } from "./combine-signatures.ts";
export {
  addressOf,
  destinationOf,
  destinationsOf,
  isMultisigScript,
  type MultisigKeys,
  multisigKeys,
  type ScriptDestinations,
} from "./destinations.ts";
export { CONSENSUS_FLAGS, MANDATORY_FLAGS, ScriptFlag, STANDARD_FLAGS } from "./flags.ts";
export { evalScript } from "./interpreter.ts";
export { KeyRing, type KeySource, type SigningKey } from "./key-ring.ts";
export { Op, opcodeName } from "./opcodes.ts";
export { heightPush, ScriptBuilder } from "./script-builder.ts";
export { type ScriptError, scriptErrorText } from "./script-error.ts";
export { isPayToPublicKeyHash, isPayToScriptHash, isPushOnly, isUnspendable } from "./script-forms.ts";
export { MAX_ELEMENT_SIZE, MAX_SCRIPT_SIZE } from "./script-machine.ts";
export { decodeScriptNumber, encodeScriptNumber } from "./script-number.ts";
export { END_OF_SCRIPT, MALFORMED_PUSH, ScriptReader } from "./script-reader.ts";
export { type SignatureHashRequest, signatureHash } from "./sighash.ts";
export { SighashCache } from "./sighash-cache.ts";
export { parseSighashType, SighashType, sighashTypeName } from "./sighash-type.ts";
export { type BatchedInput, SignatureBatch } from "./signature-batch.ts";
export {
  LOCKTIME_THRESHOLD,
  NO_SIGNATURES,
  type SignatureChecker,
  TransactionSignatureChecker,
} from "./signature-checker.ts";
export { hasLowS, isStrictDerSignature } from "./signature-encoding.ts";
export { type SignedInput, type SigningRequest, signInput } from "./signing.ts";
export { countLegacySigops, countP2shSigops, countRedeemScriptSigops, countSigops } from "./sigops.ts";
export {
  dataScript,
  keyDestination,
  multisigScript,
  payToPublicKey,
  payToPublicKeyHash,
  payToScriptHash,
  scriptDestination,
  scriptForDestination,
} from "./standard-scripts.ts";
export {
  areInputsStandard,
  checkStandardTx,
  DEFAULT_STANDARD_POLICY,
  dustThreshold,
  feeForSize,
  type StandardPolicy,
} from "./standardness.ts";
export {
  classifyScript,
  type DataCarrierPolicy,
  DEFAULT_DATA_CARRIER,
  type ScriptTemplate,
  type ScriptType,
} from "./templates.ts";
export { verifyScript } from "./verify-script.ts";
