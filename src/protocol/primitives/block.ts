import { ByteReader, ByteWriter } from "../bytes/index.ts";
import { sha256dRanges } from "../crypto/index.ts";
import { type BlockHeader, readHeader, writeHeader } from "./header.ts";
import type { Transaction } from "./transaction.ts";
import { completeTransaction, readTransactionFields } from "./transaction-codec.ts";
import type { TransactionFields } from "./transaction-fields.ts";

/** Shortest transaction on the wire: an untyped fluxnode transaction (header word and type). */
export const MINIMUM_TRANSACTION_SIZE = 5;

export interface Block {
  readonly header: BlockHeader;
  readonly transactions: readonly Transaction[];
  /** Canonical serialisation. Fields of header and transactions may be views on it. */
  readonly raw: Uint8Array;
}

/** Canonical serialisation of header and transactions. */
export function encodeBlock(header: BlockHeader, transactions: readonly Transaction[]): Uint8Array {
  const writer = new ByteWriter(transactions.reduce((size, tx) => size + tx.raw.length, 2048));
  writeHeader(writer, header);
  writer.compactSize(transactions.length);
  for (const tx of transactions) writer.fixed(tx.raw);
  return writer.finish();
}

/**
 * Decodes one block at the start of `bytes`; bytes after it are ignored, as the daemon's RPC does.
 * The result holds views on `bytes`.
 * @throws DecodeError when there is no complete block.
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const reader = new ByteReader(bytes);
  const header = readHeader(reader);
  const count = reader.count(MINIMUM_TRANSACTION_SIZE);
  const fields: TransactionFields[] = [];
  const ranges = new Uint32Array(count * 2);
  for (let i = 0; i < count; i++) {
    ranges[2 * i] = reader.offset;
    fields.push(readTransactionFields(reader));
    ranges[2 * i + 1] = reader.offset;
  }
  const txids = sha256dRanges(bytes, ranges);
  let canonical = true;
  const transactions = fields.map((tx, i) => {
    const wire = bytes.subarray(ranges[2 * i], ranges[2 * i + 1]);
    const complete = completeTransaction(tx, wire, txids.subarray(32 * i, 32 * i + 32));
    if (complete.raw !== wire) canonical = false;
    return complete;
  });
  const raw = canonical ? bytes.subarray(0, reader.offset) : encodeBlock(header, transactions);
  return { header, transactions, raw };
}
