import type { Transaction, TxInput } from "../primitives/index.ts";
import { publicKeyHash } from "./key-hash-cache.ts";
import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import { isPayToPublicKeyHash } from "./script-forms.ts";
import { SighashCache } from "./sighash-cache.ts";
import { SighashType, sighashBase } from "./sighash-type.ts";
import type { SignatureBatch } from "./signature-batch.ts";
import { isKeyForm, TransactionSignatureChecker } from "./signature-checker.ts";
import { checkPublicKeyEncoding, checkSignatureEncoding } from "./signature-encoding.ts";
import { verifyScript } from "./verify-script.ts";

export interface InputCheck {
  readonly tx: Transaction;
  readonly inputIndex: number;
  /** The output that the input spends; value in zatoshi. */
  readonly coin: { readonly value: bigint; readonly script: Uint8Array };
  /** Branch id at the spending height. */
  readonly branchId: number;
  /** Bits of `ScriptFlag`. */
  readonly flags: number;
  /** Takes signatures that can wait; without it everything is verified at once. */
  readonly batch?: SignatureBatch | undefined;
}

/** Without sharing, a transaction with many inputs would be hashed as a whole for each of them. */
const caches = new WeakMap<Transaction, SighashCache>();

function cacheOf(tx: Transaction): SighashCache {
  let cache = caches.get(tx);
  if (!cache) {
    cache = new SighashCache(tx);
    caches.set(tx, cache);
  }
  return cache;
}

/** End of a direct push at `start`, or -1 when there is none that fits. */
function directPushEnd(script: Uint8Array, start: number): number {
  const length = script[start];
  if (length === undefined || length < 1 || length >= Op.PUSHDATA1) return -1;
  const end = start + 1 + length;
  return end <= script.length ? end : -1;
}

function isHashOf(key: Uint8Array, script: Uint8Array): boolean {
  const hash = publicKeyHash(key);
  for (let i = 0; i < 20; i++) if (hash[i] !== script[i + 3]) return false;
  return true;
}

/** The key of a script that is exactly one direct push of a key and CHECKSIG. */
function payToPublicKeyKey(script: Uint8Array): Uint8Array | null {
  const size = script[0];
  if ((size !== 33 && size !== 65) || script.length !== size + 2 || script[size + 1] !== Op.CHECKSIG) return null;
  return script.subarray(1, size + 1);
}

/**
 * Splits an input script that only pushes a signature, and before a P2PKH output the key with the right hash.
 * @returns true when it was added to the batch: then the input is valid exactly if that signature is
 */
function addToBatch(check: InputCheck, batch: SignatureBatch): boolean {
  const { tx, inputIndex, coin, flags, branchId } = check;
  const { scriptSig } = tx.inputs[inputIndex] as TxInput;
  const signatureEnd = directPushEnd(scriptSig, 0);
  if (signatureEnd < 0) return false;
  let key: Uint8Array | null;
  if (isPayToPublicKeyHash(coin.script)) {
    if (directPushEnd(scriptSig, signatureEnd) !== scriptSig.length) return false;
    key = scriptSig.subarray(signatureEnd + 1);
  } else {
    if (signatureEnd !== scriptSig.length) return false;
    key = payToPublicKeyKey(coin.script);
  }
  if (!key || !isKeyForm(key) || checkPublicKeyEncoding(key, flags) !== null) return false;
  const signature = scriptSig.subarray(1, signatureEnd);
  // The shortest signature has 9 bytes, so neither push could be written any shorter: MINIMALDATA holds.
  if (signature.length < 9 || checkSignatureEncoding(signature, flags) !== null) return false;
  const single = sighashBase(signature[signature.length - 1] as number) === SighashType.SINGLE;
  if (single && inputIndex >= tx.outputs.length) return false;
  if (coin.script.length === 25 && !isHashOf(key, coin.script)) return false;
  batch.add(tx, inputIndex, coin.value, branchId, coin.script, signature, key);
  return true;
}

/**
 * Checks that an input may spend its output. Given a batch, an input for which only one signature is left to verify is
 * added to it and answered with null: valid if the batch is. Everything else runs at once.
 *
 * When a batch fails, call again without it for the named input to learn the error.
 * @returns null or why the scripts fail
 */
export function checkInput(check: InputCheck): ScriptError | null {
  const { tx, inputIndex, coin, branchId, flags, batch } = check;
  if (batch && addToBatch(check, batch)) return null;
  const { scriptSig } = tx.inputs[inputIndex] as TxInput;
  const checker = new TransactionSignatureChecker(tx, inputIndex, coin.value, branchId, cacheOf(tx));
  return verifyScript(scriptSig, coin.script, flags, checker);
}
