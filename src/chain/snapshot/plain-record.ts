import { ByteReader, ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";
import type { PlainRow, PlainTable } from "../store/index.ts";

const KEY_SIZE = { coins: 32, nullifiers: 32, anchors: 32, nodes: 36, delegates: 36 } as const;

function hasPool(table: PlainTable): boolean {
  return table === "nullifiers" || table === "anchors";
}

/** Pool number where the table has one, the key, then whatever the row holds besides. */
export function encodePlainRow(row: PlainRow): Uint8Array {
  const writer = new ByteWriter(256);
  for (const value of row) {
    if (typeof value === "number") writer.u8(value);
    else writer.fixed(value);
  }
  return writer.finish();
}

/** @throws DecodeError */
export function decodePlainRow(table: PlainTable, record: Uint8Array): PlainRow {
  const reader = new ByteReader(record);
  const row: (number | Uint8Array)[] = [];
  if (hasPool(table)) {
    const pool = reader.u8();
    if (pool > 1) throw new DecodeError(`there is no shielded pool ${pool}`);
    row.push(pool);
  }
  row.push(reader.fixed(KEY_SIZE[table]).slice());
  if (table !== "nullifiers") row.push(reader.fixed(reader.remaining).slice());
  if (reader.remaining > 0) throw new DecodeError(`a record of ${table} is too long`);
  return row;
}

/** Bytes that ascend from record to record of one table. */
export function plainKey(table: PlainTable, record: Uint8Array): Uint8Array {
  return record.slice(0, KEY_SIZE[table] + (hasPool(table) ? 1 : 0));
}
