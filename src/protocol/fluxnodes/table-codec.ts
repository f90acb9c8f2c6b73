import { ByteReader, ByteWriter, DecodeError } from "../bytes/index.ts";
import { writeOutPoint } from "../primitives/index.ts";
import { readDelegateSet, writeDelegateSet } from "./delta.ts";
import { NodeTable } from "./node-table.ts";
import { decodeRecord, encodeRecord, readOwnOutPoint } from "./record-codec.ts";

const FORMAT = 1;
const MINIMUM_RECORD_SIZE = 70;
const MINIMUM_DELEGATES_SIZE = 39;

/** A whole table for a snapshot. Equal tables give equal bytes, whatever the order of the changes that made them. */
export function encodeTable(table: NodeTable): Uint8Array {
  const records = table.records();
  const delegates = table.delegateEntries();
  const writer = new ByteWriter(64 + 320 * records.length);
  writer.u8(FORMAT).compactSize(records.length);
  for (const record of records) writer.varBytes(encodeRecord(record));
  writer.compactSize(delegates.length);
  for (const entry of delegates) {
    writeOutPoint(writer, entry.collateral);
    writeDelegateSet(writer, entry.delegates);
  }
  return writer.finish();
}

/**
 * Inverse of {@link encodeTable}.
 * @throws DecodeError for anything else, including bytes left over and a node that stands there twice.
 */
export function decodeTable(bytes: Uint8Array): NodeTable {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FORMAT) throw new DecodeError("unknown format of a node list");
  const table = new NodeTable();
  const recordCount = reader.count(MINIMUM_RECORD_SIZE);
  for (let i = 0; i < recordCount; i++) {
    const record = decodeRecord(reader.varBytes());
    if (table.find(record.collateral)) throw new DecodeError("a node stands twice in the node list");
    table.put(record);
  }
  const delegateCount = reader.count(MINIMUM_DELEGATES_SIZE);
  for (let i = 0; i < delegateCount; i++) table.putDelegates(readOwnOutPoint(reader), readDelegateSet(reader));
  if (reader.remaining !== 0) throw new DecodeError("bytes after a node list");
  return table;
}
