import { ByteReader, equalBytes } from "../bytes/index.ts";
import { sha256d, sha256dRanges } from "../crypto/index.ts";
import { MINIMUM_TRANSACTION_SIZE } from "./block.ts";
import { type BlockHeader, readHeader, skipHeader } from "./header.ts";
import { type OutPoint, readOutPoint } from "./outpoint.ts";
import type { Transaction } from "./transaction.ts";
import { decodeTransaction } from "./transaction-codec.ts";
import { isFluxnodeAt, skipToInput, skipTransaction } from "./transaction-skip.ts";

const TXID_SIZE = 32;

/**
 * The canonical bytes of a valid block, of which only what is asked for is decoded: looking up one transaction costs a small part
 * of decoding the block. Everything returned may be a view on the bytes.
 * @throws DecodeError from every method if the bytes are no block
 */
export class StoredBlock {
  readonly raw: Uint8Array;
  /** Start of each transaction, and the end of the last one. */
  private readonly offsets: Uint32Array;
  private ids: Uint8Array | null = null;

  constructor(raw: Uint8Array) {
    this.raw = raw;
    const reader = new ByteReader(raw);
    skipHeader(reader);
    const count = reader.count(MINIMUM_TRANSACTION_SIZE);
    this.offsets = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) {
      this.offsets[i] = reader.offset;
      skipTransaction(reader);
    }
    this.offsets[count] = reader.offset;
  }

  get transactionCount(): number {
    return this.offsets.length - 1;
  }

  header(): BlockHeader {
    return readHeader(new ByteReader(this.raw));
  }

  private bytesOf(position: number): Uint8Array {
    return this.raw.subarray(this.offsets[position], this.offsets[position + 1]);
  }

  /** The transaction at a position; undefined if the block has fewer. */
  transaction(position: number): Transaction | undefined {
    return position < this.transactionCount ? decodeTransaction(this.bytesOf(position)) : undefined;
  }

  /** All txids in wire order. */
  txids(): Uint8Array[] {
    const ids = this.allIds();
    return Array.from({ length: this.transactionCount }, (_, i) => ids.subarray(TXID_SIZE * i, TXID_SIZE * (i + 1)));
  }

  /** The txid (wire order) of the transaction at a position, which must be there. */
  txid(position: number): Uint8Array {
    const { ids } = this;
    if (ids) return ids.subarray(TXID_SIZE * position, TXID_SIZE * (position + 1));
    const bytes = this.bytesOf(position);
    return isFluxnodeAt(bytes, 0) ? decodeTransaction(bytes).txid : sha256d(bytes);
  }

  private allIds(): Uint8Array {
    if (this.ids) return this.ids;
    const { raw, offsets, transactionCount } = this;
    const ranges = new Uint32Array(2 * transactionCount);
    for (let i = 0; i < transactionCount; i++) {
      ranges[2 * i] = offsets[i] as number;
      ranges[2 * i + 1] = offsets[i + 1] as number;
    }
    const ids = sha256dRanges(raw, ranges);
    for (let i = 0; i < transactionCount; i++) {
      // Signatures are left out of theirs.
      if (isFluxnodeAt(raw, offsets[i] as number)) ids.set(decodeTransaction(this.bytesOf(i)).txid, TXID_SIZE * i);
    }
    this.ids = ids;
    return ids;
  }

  /** True if there is such an input and it spends the output. */
  spends(position: number, input: number, outpoint: OutPoint): boolean {
    if (position >= this.transactionCount || isFluxnodeAt(this.raw, this.offsets[position] as number)) return false;
    const reader = new ByteReader(this.bytesOf(position));
    if (!skipToInput(reader, input)) return false;
    const { txid, index } = readOutPoint(reader);
    return index === outpoint.index && equalBytes(txid, outpoint.txid);
  }
}
