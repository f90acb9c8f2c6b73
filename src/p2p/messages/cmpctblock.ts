import { type ByteReader, type ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";
import {
  type BlockHeader,
  readHeader,
  readTransaction,
  type Transaction,
  writeHeader,
} from "../../protocol/primitives/index.ts";
import type { MessageCodec } from "./message-codec.ts";

export const MAX_16_BIT = 0xffff;
const SHORT_ID_SIZE = 10;
const MINIMUM_PREFILLED_SIZE = 6;
const HIGH = 2 ** 32;

export interface PrefilledTransaction {
  /** Distance to the place after the prefilled transaction before it. */
  readonly offset: number;
  readonly transaction: Transaction;
}

/** A block whose transactions are mostly named by short ids (spec p2p.md 3.7). */
export interface CompactBlock {
  readonly header: BlockHeader;
  readonly nonce: bigint;
  /** 48-bit numbers; one that no transaction can have is -1. */
  readonly shortIds: readonly number[];
  readonly prefilled: readonly PrefilledTransaction[];
}

/** @throws DecodeError above 65535 */
export function read16BitSize(reader: ByteReader, what: string): number {
  const value = reader.compactSize();
  if (value > MAX_16_BIT) throw new DecodeError(`${what} overflowed 16 bits`);
  return value;
}

/** Eight bytes for the lower half of 48 bits, two for the upper: the place where this differs from Bitcoin's form. */
function writeShortId(writer: ByteWriter, id: number): void {
  writer.u64(BigInt(id % HIGH)).u16(Math.floor(id / HIGH));
}

function readShortId(reader: ByteReader): number {
  const low = reader.u32();
  const beyond = reader.u32();
  const high = reader.u16();
  return beyond === 0 ? high * HIGH + low : -1;
}

export const cmpctblockMessage: MessageCodec<CompactBlock> = {
  command: "cmpctblock",
  write(writer, { header, nonce, shortIds, prefilled }) {
    writeHeader(writer, header);
    writer.u64(nonce).compactSize(shortIds.length);
    for (const id of shortIds) writeShortId(writer, id);
    writer.compactSize(prefilled.length);
    for (const { offset, transaction } of prefilled) writer.compactSize(offset).fixed(transaction.raw);
  },
  read(reader) {
    const header = readHeader(reader);
    const nonce = reader.u64();
    const count = read16BitSize(reader, "indexes");
    if (count * SHORT_ID_SIZE > reader.remaining) throw new DecodeError("end of data");
    const shortIds = Array.from({ length: count }, () => readShortId(reader));
    const prefilled = Array.from({ length: reader.count(MINIMUM_PREFILLED_SIZE) }, () => {
      const offset = read16BitSize(reader, "index");
      return { offset, transaction: readTransaction(reader) };
    });
    return { header, nonce, shortIds, prefilled };
  },
};
