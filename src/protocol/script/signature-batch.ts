import { ByteReader, ByteWriter } from "../bytes/index.ts";
import { ecdsaVerify } from "../crypto/index.ts";
import type { Transaction } from "../primitives/index.ts";
import { signatureHash } from "./sighash.ts";
import { SighashCache } from "./sighash-cache.ts";

/** Stands for "no transaction": the entry carries its digest. */
const NO_TRANSACTION = 0xffffffff;

/** Buffers of batches that were packed, for the next ones: a batch is made for every block. */
const spareBuffers: ByteWriter[] = [];
const MAX_SPARE_BUFFERS = 16;
const BUFFER_SIZE = 16_384;

function takeBuffer(): ByteWriter {
  return spareBuffers.pop()?.clear() ?? new ByteWriter(BUFFER_SIZE);
}

/** Where an entry of a batch came from. */
export interface BatchedInput {
  readonly tx: Transaction;
  readonly inputIndex: number;
}

/**
 * Signatures to be verified together: those of a block, on all cores.
 *
 * Holds them in the packed form that the native `verifySignatures` takes. Transactions must not be fluxnode transactions.
 */
export class SignatureBatch {
  private readonly transactions: Transaction[] = [];
  private readonly branchIds: number[] = [];
  private readonly indexes = new Map<Transaction, number>();
  private readonly raw = takeBuffer();
  private readonly entries = takeBuffer();
  private readonly inputs: number[] = [];
  private readonly transactionOf: number[] = [];

  /** Number of signatures. */
  get size(): number {
    return this.inputs.length;
  }

  private transactionIndex(tx: Transaction, branchId: number): number {
    const known = this.indexes.get(tx);
    if (known !== undefined && this.branchIds[known] === branchId) return known;
    const index = this.transactions.length;
    this.transactions.push(tx);
    this.branchIds.push(branchId);
    this.indexes.set(tx, index);
    this.raw.u32(branchId).u32(tx.raw.length).fixed(tx.raw);
    return index;
  }

  /**
   * Adds the signature of an input.
   * @param amount zatoshi of the output that it spends
   * @param signature strict DER with the hash-type byte, at most 73 bytes
   * @param publicKey 33 or 65 bytes
   */
  add(
    tx: Transaction,
    inputIndex: number,
    amount: bigint,
    branchId: number,
    scriptCode: Uint8Array,
    signature: Uint8Array,
    publicKey: Uint8Array,
  ): void {
    const index = this.transactionIndex(tx, branchId);
    this.inputs.push(inputIndex);
    this.transactionOf.push(index);
    this.entries.u32(index).u32(inputIndex).i64(amount).u32(scriptCode.length).fixed(scriptCode);
    const derLength = signature.length - 1;
    this.entries
      .u8(signature[derLength] as number)
      .u8(derLength)
      .fixed(signature.subarray(0, derLength));
    this.entries.u8(publicKey.length).fixed(publicKey);
  }

  /** Adds a signature (DER, no hash-type byte) over a 32-byte digest that belongs to no input. */
  addDigest(digest: Uint8Array, der: Uint8Array, publicKey: Uint8Array): void {
    this.inputs.push(0);
    this.transactionOf.push(NO_TRANSACTION);
    this.entries
      .u32(NO_TRANSACTION)
      .fixed(digest)
      .u8(0)
      .u8(der.length)
      .fixed(der)
      .u8(publicKey.length)
      .fixed(publicKey);
  }

  /** The input that entry `index` belongs to; null for a bare digest. */
  inputAt(index: number): BatchedInput | null {
    const tx = this.transactions[this.transactionOf[index] as number];
    return tx ? { tx, inputIndex: this.inputs[index] as number } : null;
  }

  /** The buffer for the native `verifySignatures`, whose layout it follows. Ends the batch: nothing can be added or verified here any more. */
  pack(): Uint8Array {
    const raw = this.raw.written;
    const entries = this.entries.written;
    const packed = new Uint8Array(8 + raw.length + entries.length);
    const view = new DataView(packed.buffer);
    view.setUint32(0, this.transactions.length, true);
    packed.set(raw, 4);
    view.setUint32(4 + raw.length, this.size, true);
    packed.set(entries, 8 + raw.length);
    if (spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(this.raw, this.entries);
    return packed;
  }

  /** Verifies one entry after the other: -1 when all are valid, else the index of the first that is not. */
  verifyReference(): number {
    const reader = new ByteReader(this.entries.written);
    const caches = this.transactions.map((tx) => new SighashCache(tx));
    for (let i = 0; i < this.size; i++) if (!this.verifyEntry(reader, caches)) return i;
    return -1;
  }

  private verifyEntry(reader: ByteReader, caches: readonly SighashCache[]): boolean {
    const index = reader.u32();
    const tx = this.transactions[index];
    let digest: Uint8Array | null;
    let hashType: number;
    if (tx) {
      const inputIndex = reader.u32();
      const amount = reader.i64();
      const scriptCode = reader.fixed(reader.u32());
      hashType = reader.u8();
      const branchId = this.branchIds[index] as number;
      digest = signatureHash({ tx, inputIndex, scriptCode, amount, hashType, branchId, cache: caches[index] });
    } else {
      digest = reader.fixed(32);
      hashType = reader.u8();
    }
    const der = reader.fixed(reader.u8());
    const publicKey = reader.fixed(reader.u8());
    return digest !== null && ecdsaVerify(digest, der, publicKey);
  }
}
