import { ByteReader, ByteWriter, bytesKey, DecodeError, equalBytes, keyBytes } from "../../protocol/bytes/index.ts";
import { sha256d } from "../../protocol/crypto/index.ts";
import { decodeTransaction, type Transaction } from "../../protocol/primitives/index.ts";
import { type ConfirmationAverages, MAX_CONFIRMATIONS } from "./confirmation-statistics.ts";
import type { FeeEstimator } from "./fee-estimator.ts";
import type { Mempool } from "./mempool.ts";
import type { MempoolEntry } from "./mempool-entry.ts";
import type { FeeDelta } from "./mempool-reader.ts";

/** Content of a saved memory pool. Nothing of it is believed: the transactions are judged anew. */
export interface MempoolFile {
  /** With their times of arrival (Unix seconds), each after what it depends on. */
  readonly transactions: readonly { readonly tx: Transaction; readonly time: number }[];
  /** By `bytesKey` of the txid. */
  readonly deltas: ReadonlyMap<string, FeeDelta>;
  readonly estimates: FeeEstimates;
}

interface FeeEstimates {
  readonly height: number;
  readonly fees: ConfirmationAverages;
  readonly priorities: ConfirmationAverages;
}

const MAGIC = new TextEncoder().encode("FLXMPOOL");
const VERSION = 1;
const CHECKSUM_SIZE = 32;
/** Smallest stored transaction: time, length, and the shortest transaction. */
const MINIMUM_TRANSACTION_SIZE = 8 + 1 + 10;
const DELTA_SIZE = 32 + 8 + 8;
/** Far more than the cost limit lets into a pool. */
export const MAX_MEMPOOL_FILE_SIZE = 256 << 20;

const float = new DataView(new ArrayBuffer(8));

function writeFloat(writer: ByteWriter, value: number): void {
  float.setFloat64(0, value);
  writer.u64(float.getBigUint64(0));
}

function readFloat(reader: ByteReader): number {
  float.setBigUint64(0, reader.u64());
  const value = float.getFloat64(0);
  if (!Number.isFinite(value)) throw new DecodeError("not a finite number");
  return value;
}

/** Entries in an order in which each comes after those that it depends on. */
function parentsFirst(pool: Mempool): MempoolEntry[] {
  const ordered = new Set<MempoolEntry>();
  for (const entry of pool.byTxidKey.values()) {
    // Depth first without recursion: a chain of transactions may be longer than the stack.
    const path = [entry];
    for (let next = path.at(-1); next; next = path.at(-1)) {
      const waiting = pool.dependencies(next).filter((parent) => !ordered.has(parent));
      if (waiting.length > 0) path.push(...waiting);
      else ordered.add(path.pop() as MempoolEntry);
    }
  }
  return [...ordered];
}

function writeAverages(writer: ByteWriter, { values, counts, confirmed }: ConfirmationAverages): void {
  writer.u32(values.length);
  for (const column of [values, counts, ...confirmed]) for (const value of column) writeFloat(writer, value);
}

function readAverages(reader: ByteReader): ConfirmationAverages {
  const buckets = reader.u32();
  if (buckets * 8 * (2 + MAX_CONFIRMATIONS) > reader.remaining) throw new DecodeError("end of data");
  const column = () => Float64Array.from({ length: buckets }, () => readFloat(reader));
  return { values: column(), counts: column(), confirmed: Array.from({ length: MAX_CONFIRMATIONS }, column) };
}

/** The pool's transactions, deltas and fee statistics as one file. */
export function encodeMempoolFile(pool: Mempool): Uint8Array {
  const writer = new ByteWriter(pool.bytes + 65_536);
  writer.fixed(MAGIC).u32(VERSION);
  const entries = parentsFirst(pool);
  writer.u32(entries.length);
  for (const { tx, time } of entries) writer.u64(BigInt(time)).varBytes(tx.raw);
  const deltas = pool.allDeltas();
  writer.u32(deltas.size);
  for (const [key, { priority, fee }] of deltas) {
    writer.fixed(keyBytes(key));
    writeFloat(writer, priority);
    writer.i64(fee);
  }
  writer.u32(pool.estimator.height);
  writeAverages(writer, pool.estimator.fees.stored());
  writeAverages(writer, pool.estimator.priorities.stored());
  return writer.fixed(sha256d(writer.written)).finish();
}

/** @throws DecodeError for a file that this program did not write, or not to its end */
export function decodeMempoolFile(bytes: Uint8Array): MempoolFile {
  const content = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_SIZE));
  const reader = new ByteReader(content);
  if (!equalBytes(reader.fixed(MAGIC.length), MAGIC)) throw new DecodeError("not a saved memory pool");
  if (reader.u32() !== VERSION) throw new DecodeError("a memory pool saved by another version");
  if (!equalBytes(sha256d(content), bytes.subarray(content.length))) throw new DecodeError("the checksum is wrong");
  const transactions = readMany(reader, MINIMUM_TRANSACTION_SIZE, () => {
    const time = Number(reader.u64());
    if (!Number.isSafeInteger(time)) throw new DecodeError("not a time");
    return { time, tx: decodeTransaction(reader.varBytes().slice()) };
  });
  const deltas = readMany(reader, DELTA_SIZE, () => {
    const key = bytesKey(reader.fixed(32));
    return [key, { priority: readFloat(reader), fee: reader.i64() }] as const;
  });
  const estimates = { height: reader.u32(), fees: readAverages(reader), priorities: readAverages(reader) };
  return { transactions, deltas: new Map(deltas), estimates };
}

function readMany<T>(reader: ByteReader, itemSize: number, read: () => T): T[] {
  const count = reader.u32();
  if (count * itemSize > reader.remaining) throw new DecodeError("end of data");
  return Array.from({ length: count }, read);
}

/** Goes on with saved statistics if they have this program's buckets and are not from a longer chain. */
export function restoreEstimates(
  estimator: FeeEstimator,
  { height, fees, priorities }: FeeEstimates,
  tip: number,
): void {
  const fits =
    fees.values.length === estimator.fees.bucketCount &&
    priorities.values.length === estimator.priorities.bucketCount &&
    height <= tip;
  if (!fits) return;
  estimator.fees.restore(fees);
  estimator.priorities.restore(priorities);
  estimator.resumeAt(height);
}
