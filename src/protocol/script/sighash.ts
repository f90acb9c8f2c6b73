import { ByteWriter } from "../bytes/index.ts";
import { blake2b, sha256d } from "../crypto/index.ts";
import {
  SAPLING_GROUP_ID,
  type TransactionFields,
  type TxInput,
  type TxOutput,
  writeJoinSplit,
  writeOutPoint,
} from "../primitives/index.ts";
import { SighashCache } from "./sighash-cache.ts";
import { SighashType, sighashBase } from "./sighash-type.ts";

const EMPTY = new Uint8Array(0);
const ZERO_HASH = new Uint8Array(32);
const NULL_SIGNATURE = new Uint8Array(64);
const OVERWINTERED_BIT = 0x80000000;
const SIGHASH_PERSONAL = new TextEncoder().encode("ZcashSigHash");

export interface SignatureHashRequest {
  readonly tx: TransactionFields;
  /** The input that is signed; null for JoinSplit and Sapling signatures, which belong to no input. */
  readonly inputIndex: number | null;
  /** The script that runs the signature check: the output's script, or the redeem script. */
  readonly scriptCode: Uint8Array;
  /** Zatoshi of the output that is spent; not covered in transactions that are not overwintered. */
  readonly amount: bigint;
  /** The whole number is hashed; scripts use 0 to 255. */
  readonly hashType: number;
  /** Branch id at the spending height. */
  readonly branchId: number;
  /** Shared by all signatures of the transaction; made by {@link SighashCache}. */
  readonly cache?: SighashCache | undefined;
}

function writeLegacyInput(writer: ByteWriter, input: TxInput, script: Uint8Array, sequence: number): void {
  writeOutPoint(writer, input.prevout);
  writer.varBytes(script).u32(sequence);
}

function writeLegacyInputs(writer: ByteWriter, request: SignatureHashRequest, hashType: number): void {
  const { tx, inputIndex, scriptCode } = request;
  if ((hashType & SighashType.ANYONECANPAY) !== 0 && inputIndex !== null) {
    const input = tx.inputs[inputIndex] as TxInput;
    writer.compactSize(1);
    writeLegacyInput(writer, input, scriptCode, input.sequence);
    return;
  }
  const base = sighashBase(hashType);
  const coverSequences = base !== SighashType.SINGLE && base !== SighashType.NONE;
  writer.compactSize(tx.inputs.length);
  for (let i = 0; i < tx.inputs.length; i++) {
    const input = tx.inputs[i] as TxInput;
    if (i === inputIndex) writeLegacyInput(writer, input, scriptCode, input.sequence);
    else writeLegacyInput(writer, input, EMPTY, coverSequences ? input.sequence : 0);
  }
}

function writeLegacyOutputs(writer: ByteWriter, tx: TransactionFields, inputIndex: number | null, base: number): void {
  if (base === SighashType.NONE) {
    writer.compactSize(0);
    return;
  }
  const single = base === SighashType.SINGLE && inputIndex !== null;
  const count = single ? inputIndex + 1 : tx.outputs.length;
  writer.compactSize(count);
  for (let i = 0; i < count; i++) {
    const output = tx.outputs[i] as TxOutput;
    if (single && i !== inputIndex) writer.i64(-1n).compactSize(0);
    else writer.i64(output.value).varBytes(output.script);
  }
}

/** Spec transactions.md 6.2. */
function legacyHash(request: SignatureHashRequest): Uint8Array | null {
  const { tx, inputIndex, hashType } = request;
  const base = sighashBase(hashType);
  // Unlike Bitcoin, which hashes to the number one here, a missing output makes the signature fail.
  if (base === SighashType.SINGLE && (inputIndex === null || inputIndex >= tx.outputs.length)) return null;
  const writer = new ByteWriter(512);
  writer.u32(tx.version);
  writeLegacyInputs(writer, request, hashType);
  writeLegacyOutputs(writer, tx, inputIndex, base);
  writer.u32(tx.lockTime);
  if (tx.version >= 2) {
    writer.compactSize(tx.joinSplits.length);
    for (const joinSplit of tx.joinSplits) writeJoinSplit(writer, joinSplit);
    if (tx.joinSplits.length > 0) writer.fixed(tx.joinSplitPubKey).fixed(NULL_SIGNATURE);
  }
  return sha256d(writer.i32(hashType).finish());
}

function outputsHash(request: SignatureHashRequest, cache: SighashCache, base: number): Uint8Array {
  if (base !== SighashType.SINGLE && base !== SighashType.NONE) return cache.outputs();
  const { tx, inputIndex } = request;
  const output = base === SighashType.SINGLE && inputIndex !== null ? tx.outputs[inputIndex] : undefined;
  return output ? cache.singleOutput(output) : ZERO_HASH;
}

function personalization(branchId: number): Uint8Array {
  return new ByteWriter(16).fixed(SIGHASH_PERSONAL).u32(branchId).finish();
}

let lastBranchId = -1;
let lastPersonalization: Uint8Array = EMPTY;

/** Spec transactions.md 6.3 (ZIP 143 and ZIP 243). */
function overwinterHash(request: SignatureHashRequest): Uint8Array {
  const { tx, inputIndex, hashType, branchId } = request;
  const cache = request.cache ?? new SighashCache(tx);
  const sapling = tx.versionGroupId === SAPLING_GROUP_ID;
  const base = sighashBase(hashType);
  const anyoneCanPay = (hashType & SighashType.ANYONECANPAY) !== 0;
  const coverSequences = !anyoneCanPay && base !== SighashType.SINGLE && base !== SighashType.NONE;

  const writer = new ByteWriter(384);
  writer.u32((tx.version | OVERWINTERED_BIT) >>> 0).u32(tx.versionGroupId);
  writer.fixed(anyoneCanPay ? ZERO_HASH : cache.prevouts());
  writer.fixed(coverSequences ? cache.sequences() : ZERO_HASH);
  writer.fixed(outputsHash(request, cache, base));
  writer.fixed(tx.joinSplits.length > 0 ? cache.joinSplits() : ZERO_HASH);
  if (sapling) {
    writer.fixed(tx.shieldedSpends.length > 0 ? cache.shieldedSpends() : ZERO_HASH);
    writer.fixed(tx.shieldedOutputs.length > 0 ? cache.shieldedOutputs() : ZERO_HASH);
  }
  writer.u32(tx.lockTime).u32(tx.expiryHeight);
  if (sapling) writer.i64(tx.valueBalance);
  writer.i32(hashType);
  if (inputIndex !== null) {
    const input = tx.inputs[inputIndex] as TxInput;
    writeOutPoint(writer, input.prevout);
    writer.varBytes(request.scriptCode).i64(request.amount).u32(input.sequence);
  }
  if (branchId !== lastBranchId) {
    lastPersonalization = personalization(branchId);
    lastBranchId = branchId;
  }
  return blake2b(writer.finish(), 32, lastPersonalization);
}

/**
 * The 32 bytes that a signature signs (spec transactions.md section 6): SHA-256d for transactions that are not overwintered,
 * else personalised BLAKE2b.
 * @returns null when there is nothing to sign: an input that does not exist, or legacy SINGLE without a matching output
 */
export function signatureHash(request: SignatureHashRequest): Uint8Array | null {
  const { tx, inputIndex } = request;
  if (inputIndex !== null && (inputIndex < 0 || inputIndex >= tx.inputs.length)) return null;
  return tx.overwintered ? overwinterHash(request) : legacyHash(request);
}
