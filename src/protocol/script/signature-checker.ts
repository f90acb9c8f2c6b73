import { ecdsaVerify } from "../crypto/index.ts";
import { effectiveKeyLength, type TransactionFields, type TxInput } from "../primitives/index.ts";
import { signatureHash } from "./sighash.ts";
import { SighashCache } from "./sighash-cache.ts";

/** Lock times below are block heights, others Unix seconds. */
export const LOCKTIME_THRESHOLD = 500_000_000;

const FINAL_SEQUENCE = 0xffffffff;

/** What the interpreter asks about the transaction that a script belongs to. */
export interface SignatureChecker {
  /** True if `signature` (with its hash-type byte) over the running script `scriptCode` is by `publicKey`. */
  checkSignature(signature: Uint8Array, publicKey: Uint8Array, scriptCode: Uint8Array): boolean;
  /** BIP 65: true if the transaction cannot be in a block before `lockTime`. */
  checkLockTime(lockTime: number): boolean;
}

/** For scripts without a transaction: every signature and lock time fails. */
export const NO_SIGNATURES: SignatureChecker = {
  checkSignature: () => false,
  checkLockTime: () => false,
};

/** True if the first byte of a public key promises exactly its length (02/03: 33, 04/06/07: 65). */
export function isKeyForm(publicKey: Uint8Array): boolean {
  return publicKey.length > 0 && effectiveKeyLength(publicKey[0]) === publicKey.length;
}

/** Checks signatures of one input. */
export class TransactionSignatureChecker implements SignatureChecker {
  private readonly tx: TransactionFields;
  private readonly inputIndex: number;
  private readonly amount: bigint;
  private readonly branchId: number;
  private readonly cache: SighashCache;

  /**
   * @param amount zatoshi of the output that the input spends
   * @param branchId branch id at the spending height
   * @param cache shared by the inputs of one transaction
   */
  constructor(
    tx: TransactionFields,
    inputIndex: number,
    amount: bigint,
    branchId: number,
    cache = new SighashCache(tx),
  ) {
    this.tx = tx;
    this.inputIndex = inputIndex;
    this.amount = amount;
    this.branchId = branchId;
    this.cache = cache;
  }

  checkSignature(signature: Uint8Array, publicKey: Uint8Array, scriptCode: Uint8Array): boolean {
    if (signature.length === 0 || !isKeyForm(publicKey)) return false;
    const { tx, inputIndex, amount, branchId, cache } = this;
    const hashType = signature[signature.length - 1] as number;
    const digest = signatureHash({ tx, inputIndex, scriptCode, amount, hashType, branchId, cache });
    return digest !== null && ecdsaVerify(digest, signature.subarray(0, -1), publicKey);
  }

  checkLockTime(lockTime: number): boolean {
    const own = this.tx.lockTime;
    // A height is never comparable with a time.
    if (own < LOCKTIME_THRESHOLD !== lockTime < LOCKTIME_THRESHOLD) return false;
    if (lockTime > own) return false;
    // With a final sequence number the transaction's own lock time would not count.
    const input: TxInput | undefined = this.tx.inputs[this.inputIndex];
    return input !== undefined && input.sequence !== FINAL_SEQUENCE;
  }
}
