import { ByteReader, ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";
import { AddressBook, type AddressBookOptions } from "./address-book.ts";

const FORMAT = 1;
const ENTRY_SIZE = 63;

/** Everything in an address book that should last. */
export function encodeAddressBook(book: AddressBook): Uint8Array {
  const writer = new ByteWriter(64 + book.size * ENTRY_SIZE);
  writer.u8(FORMAT).fixed(book.key).u32(book.size);
  for (const entry of book.entries()) {
    writer.fixed(entry.ip).u16(entry.port).u64(entry.services).u32(entry.time).fixed(entry.source);
    writer.i64(BigInt(entry.lastSuccess)).u32(entry.attempts).bool(entry.tried).u32(0);
  }
  return writer.finish();
}

/**
 * The address book of kept bytes.
 * @throws DecodeError for bytes that are none
 */
export function decodeAddressBook(bytes: Uint8Array, options: Omit<AddressBookOptions, "key">): AddressBook {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FORMAT) throw new DecodeError("unknown format of the address book");
  const book = new AddressBook({ ...options, key: reader.fixed(32).slice() });
  const count = reader.u32();
  if (count * ENTRY_SIZE > reader.remaining) throw new DecodeError("end of data");
  for (let i = 0; i < count; i++) {
    const entry = {
      ip: reader.fixed(16),
      port: reader.u16(),
      services: reader.u64(),
      time: reader.u32(),
      source: reader.fixed(16),
      lastSuccess: Number(reader.i64()),
      attempts: reader.u32(),
      tried: reader.bool(),
    };
    reader.u32();
    book.restore(entry);
  }
  return book;
}
