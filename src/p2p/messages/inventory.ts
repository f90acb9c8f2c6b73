import type { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";
import type { MessageCodec } from "./message-codec.ts";
import { ProtocolViolation } from "./protocol-violation.ts";

/** What an inventory item names; 4 to 10 are left over from older protocols (spec p2p.md section 3). */
export const InventoryType = {
  transaction: 1,
  block: 2,
  /** Only asked for: the block as its header with what matches the filter. */
  filteredBlock: 3,
  compactBlock: 11,
} as const;

const LAST_TYPE = 11;

/** Most items of one message. */
export const MAX_INVENTORY = 50_000;
const ITEM_SIZE = 36;
const HASH_SIZE = 32;

export interface InventoryItem {
  readonly type: number;
  /** Wire order. */
  readonly hash: Uint8Array;
}

/** True for every type that has a name. */
export function isKnownType(type: number): boolean {
  return type >= 1 && type <= LAST_TYPE;
}

function write(writer: ByteWriter, items: readonly InventoryItem[]): void {
  writer.compactSize(items.length);
  for (const { type, hash } of items) writer.u32(type).fixed(hash);
}

function read(reader: ByteReader, command: string): InventoryItem[] {
  const count = reader.count(ITEM_SIZE);
  if (count > MAX_INVENTORY) throw new ProtocolViolation(`${command} with ${count} items`, 20);
  return Array.from({ length: count }, () => ({ type: reader.u32(), hash: reader.fixed(HASH_SIZE) }));
}

/** A message that is a list of inventory items. */
export function inventoryMessage(command: string): MessageCodec<readonly InventoryItem[]> {
  return { command, write, read: (reader) => read(reader, command) };
}
