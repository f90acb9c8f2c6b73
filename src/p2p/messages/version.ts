import { type ByteReader, DecodeError } from "../../protocol/bytes/index.ts";
import { readText, writeText } from "./limited-text.ts";
import type { MessageCodec } from "./message-codec.ts";
import { readAddress, type WireAddress, writeAddress } from "./network-address.ts";

/** Longest user agent that is read. */
export const MAX_USER_AGENT = 256;

export interface VersionMessage {
  readonly version: number;
  readonly services: bigint;
  /** Unix seconds by the sender's clock. */
  readonly time: bigint;
  /** The receiver as the sender sees it. */
  readonly receiver: WireAddress;
  /** The sender as it sees itself; null when left out. */
  readonly sender: WireAddress | null;
  readonly nonce: bigint;
  readonly userAgent: string;
  /** -1 when left out. */
  readonly startHeight: number;
  /** Whether transactions are announced before a filter is loaded. */
  readonly relay: boolean;
}

/** Nonce of a version message that has none. */
const NO_NONCE = 1n;

function readRest(reader: ByteReader) {
  const rest = { sender: null as WireAddress | null, nonce: NO_NONCE, userAgent: "", startHeight: -1, relay: true };
  if (reader.remaining > 0) {
    rest.sender = readAddress(reader);
    rest.nonce = reader.u64();
  }
  if (reader.remaining > 0) rest.userAgent = readText(reader, MAX_USER_AGENT);
  if (reader.remaining > 0) rest.startHeight = reader.i32();
  if (reader.remaining > 0) rest.relay = reader.bool();
  return rest;
}

/** The first message of each side (spec p2p.md section 2). */
export const versionMessage: MessageCodec<VersionMessage> = {
  command: "version",
  write(writer, body) {
    if (!body.sender) throw new DecodeError("a version message names its sender");
    writer.i32(body.version).u64(body.services).i64(body.time);
    writeAddress(writer, body.receiver);
    writeAddress(writer, body.sender);
    writer.u64(body.nonce);
    writeText(writer, body.userAgent);
    writer.i32(body.startHeight).bool(body.relay);
  },
  read(reader) {
    const version = reader.i32();
    const services = reader.u64();
    const time = reader.i64();
    return { version, services, time, receiver: readAddress(reader), ...readRest(reader) };
  },
};
