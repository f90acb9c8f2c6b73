/**
 * Why a script fails, with the daemon's text for it. Several failures have no text of their own there and print as
 * "unknown error": malformed numbers, a high S value, more than one element left on the stack.
 */
const TEXTS = {
  UNKNOWN: "unknown error",
  EVAL_FALSE: "Script evaluated without error but finished with a false/empty top stack element",
  OP_RETURN: "OP_RETURN was encountered",
  SCRIPT_SIZE: "Script is too big",
  PUSH_SIZE: "Push value size limit exceeded",
  OP_COUNT: "Operation limit exceeded",
  STACK_SIZE: "Stack size limit exceeded",
  SIG_COUNT: "Signature count negative or greater than pubkey count",
  PUBKEY_COUNT: "Pubkey count negative or limit exceeded",
  VERIFY: "Script failed an OP_VERIFY operation",
  EQUALVERIFY: "Script failed an OP_EQUALVERIFY operation",
  CHECKMULTISIGVERIFY: "Script failed an OP_CHECKMULTISIGVERIFY operation",
  CHECKSIGVERIFY: "Script failed an OP_CHECKSIGVERIFY operation",
  NUMEQUALVERIFY: "Script failed an OP_NUMEQUALVERIFY operation",
  BAD_OPCODE: "Opcode missing or not understood",
  DISABLED_OPCODE: "Attempted to use a disabled opcode",
  INVALID_STACK_OPERATION: "Operation not valid with the current stack size",
  INVALID_ALTSTACK_OPERATION: "Operation not valid with the current altstack size",
  UNBALANCED_CONDITIONAL: "Invalid OP_IF construction",
  NEGATIVE_LOCKTIME: "Negative locktime",
  UNSATISFIED_LOCKTIME: "Locktime requirement not satisfied",
  SIG_HASHTYPE: "Signature hash type missing or not understood",
  SIG_DER: "Non-canonical DER signature",
  MINIMALDATA: "Data push larger than necessary",
  SIG_PUSHONLY: "Only non-push operators allowed in signatures",
  SIG_HIGH_S: "unknown error",
  SIG_NULLDUMMY: "Dummy CHECKMULTISIG argument must be zero",
  PUBKEYTYPE: "Public key is neither compressed or uncompressed",
  CLEANSTACK: "unknown error",
  NUMBER: "unknown error",
  DISCOURAGE_UPGRADABLE_NOPS: "NOPx reserved for soft-fork upgrades",
} as const;

export type ScriptError = keyof typeof TEXTS;

/** The daemon's text, as in `mandatory-script-verify-flag-failed (<text>)`. */
export function scriptErrorText(error: ScriptError): string {
  return TEXTS[error];
}
