import { ByteReader } from "../bytes/index.ts";
import { sha256dRanges } from "../crypto/index.ts";
import { MINIMUM_TRANSACTION_SIZE } from "./block.ts";
import { type BlockHeader, readHeader, skipHeader } from "./header.ts";
import { StoredTransaction } from "./stored-transaction.ts";
import { decodeTransaction } from "./transaction-codec.ts";
import { isFluxnodeAt, skipTransaction } from "./transaction-skip.ts";

const TXID_SIZE = 32;

/**
 * The canonical bytes of a valid block, of which only what is asked for is decoded: looking up one transaction costs a small part
 * of decoding the block. Everything returned may be a view on the bytes.
 * @throws DecodeError from every method if the bytes are no block
 */
export class StoredBlock {
  readonly raw: Uint8Array;
  /** Where each transaction starts in the bytes, and where the last one ends. */
  readonly offsets: Uint32Array;
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

  /** The transaction at a position; undefined if the block has fewer. */
  at(position: number): StoredTransaction | undefined {
    return position < this.transactionCount ? new StoredTransaction(this.bytesOf(position)) : undefined;
  }

  private bytesOf(position: number): Uint8Array {
    return this.raw.subarray(this.offsets[position], this.offsets[position + 1]);
  }

  /** All txids in wire order. */
  txids(): Uint8Array[] {
    const ids = this.allIds();
    return Array.from({ length: this.transactionCount }, (_, i) => ids.subarray(TXID_SIZE * i, TXID_SIZE * (i + 1)));
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
}
