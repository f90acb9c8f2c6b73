import type { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";
import type { MessageCodec } from "./message-codec.ts";

const HASH_SIZE = 32;

/** Where somebody stands: blocks of his chain from the newest on, and where he wants to stop. Hashes in wire order. */
export interface LocatorRequest {
  /** Protocol version of the sender; nobody looks at it. */
  readonly version: number;
  readonly locator: readonly Uint8Array[];
  /** Zeros for as far as possible. */
  readonly stop: Uint8Array;
}

function write(writer: ByteWriter, { version, locator, stop }: LocatorRequest): void {
  writer.i32(version).compactSize(locator.length);
  for (const hash of locator) writer.fixed(hash);
  writer.fixed(stop);
}

function read(reader: ByteReader): LocatorRequest {
  const version = reader.i32();
  const count = reader.count(HASH_SIZE);
  const locator = Array.from({ length: count }, () => reader.fixed(HASH_SIZE));
  return { version, locator, stop: reader.fixed(HASH_SIZE) };
}

/** A message that is a locator with a place to stop (spec p2p.md section 1). */
export function locatorMessage(command: string): MessageCodec<LocatorRequest> {
  return { command, write, read };
}
