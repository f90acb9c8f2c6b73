import { hash160, ripemd160, sha1, sha256, sha256d } from "../crypto/index.ts";
import { ScriptFlag } from "./flags.ts";
import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import { FALSE, MAX_OPERATIONS, peek, peekNumber, type ScriptMachine, TRUE } from "./script-machine.ts";
import { checkPublicKeyEncoding, checkSignatureEncoding } from "./signature-encoding.ts";

const MAX_MULTISIG_KEYS = 20;

const HASHES = new Map<number, (data: Uint8Array) => Uint8Array>([
  [Op.RIPEMD160, ripemd160],
  [Op.SHA1, sha1],
  [Op.SHA256, sha256],
  [Op.HASH160, hash160],
  [Op.HASH256, sha256d],
]);

function checkEncodings(machine: ScriptMachine, signature: Uint8Array, publicKey: Uint8Array): ScriptError | null {
  return checkSignatureEncoding(signature, machine.flags) ?? checkPublicKeyEncoding(publicKey, machine.flags);
}

function checkSignature(machine: ScriptMachine, verify: boolean): ScriptError | null {
  const { stack } = machine;
  if (stack.length < 2) return "INVALID_STACK_OPERATION";
  const signature = peek(machine, 2);
  const publicKey = peek(machine, 1);
  const malformed = checkEncodings(machine, signature, publicKey);
  if (malformed) return malformed;
  const valid = machine.checker.checkSignature(signature, publicKey, machine.script);
  stack.length -= 2;
  if (!verify) stack.push(valid ? TRUE : FALSE);
  else if (!valid) return "CHECKSIGVERIFY";
  return null;
}

/** Stack from below: dummy, signatures, their number, keys, their number. Signatures are in the order of their keys. */
function checkMultisig(machine: ScriptMachine, verify: boolean): ScriptError | null {
  const { stack } = machine;
  if (stack.length < 1) return "INVALID_STACK_OPERATION";
  const keyCount = peekNumber(machine, 1);
  if (keyCount === null) return "NUMBER";
  if (keyCount < 0 || keyCount > MAX_MULTISIG_KEYS) return "PUBKEY_COUNT";
  machine.operations += keyCount;
  if (machine.operations > MAX_OPERATIONS) return "OP_COUNT";
  if (stack.length < keyCount + 2) return "INVALID_STACK_OPERATION";
  const signatureCount = peekNumber(machine, keyCount + 2);
  if (signatureCount === null) return "NUMBER";
  if (signatureCount < 0 || signatureCount > keyCount) return "SIG_COUNT";
  // One element more than needed is taken from the stack: a mistake of the first implementation that became the rule.
  const elements = keyCount + signatureCount + 3;
  if (stack.length < elements) return "INVALID_STACK_OPERATION";
  const dummy = peek(machine, elements);

  let keyDepth = 2;
  let signatureDepth = keyCount + 3;
  let keysLeft = keyCount;
  let signaturesLeft = signatureCount;
  while (signaturesLeft > 0 && signaturesLeft <= keysLeft) {
    const signature = peek(machine, signatureDepth);
    const publicKey = peek(machine, keyDepth);
    const malformed = checkEncodings(machine, signature, publicKey);
    if (malformed) return malformed;
    if (machine.checker.checkSignature(signature, publicKey, machine.script)) {
      signatureDepth++;
      signaturesLeft--;
    }
    keyDepth++;
    keysLeft--;
  }
  const valid = signaturesLeft <= keysLeft;

  if ((machine.flags & ScriptFlag.NULLDUMMY) !== 0 && dummy.length > 0) return "SIG_NULLDUMMY";
  stack.length -= elements;
  if (!verify) stack.push(valid ? TRUE : FALSE);
  else if (!valid) return "CHECKMULTISIGVERIFY";
  return null;
}

/** OP_RIPEMD160 to OP_CHECKMULTISIGVERIFY. */
export function runCryptoOperation(machine: ScriptMachine, opcode: number): ScriptError | null {
  switch (opcode) {
    case Op.CHECKSIG:
      return checkSignature(machine, false);
    case Op.CHECKSIGVERIFY:
      return checkSignature(machine, true);
    case Op.CHECKMULTISIG:
      return checkMultisig(machine, false);
    case Op.CHECKMULTISIGVERIFY:
      return checkMultisig(machine, true);
  }
  const hash = HASHES.get(opcode);
  if (!hash) return "BAD_OPCODE";
  const element = machine.stack.pop();
  if (!element) return "INVALID_STACK_OPERATION";
  machine.stack.push(hash(element));
  return null;
}
