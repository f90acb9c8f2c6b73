import { type ByteReader, type ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";

/** Length-prefixed text, one byte per character. @throws DecodeError for more than `limit` bytes */
export function readText(reader: ByteReader, limit: number): string {
  const length = reader.compactSize();
  if (length > limit) throw new DecodeError("String length limit exceeded");
  return Buffer.from(reader.fixed(length)).toString("latin1");
}

export function writeText(writer: ByteWriter, text: string): void {
  writer.varBytes(new Uint8Array(Buffer.from(text, "latin1")));
}
