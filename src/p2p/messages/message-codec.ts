import { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";

/** How one kind of message is written. */
export interface MessageWriter<Body> {
  readonly command: string;
  write(writer: ByteWriter, body: Body): void;
}

/** How one kind of message is written and read (spec p2p.md section 3). */
export interface MessageCodec<Body> extends MessageWriter<Body> {
  /**
   * Reads a payload; byte fields may be views on it, bytes after it are ignored.
   * @throws DecodeError for a payload that cannot be read; ProtocolViolation for one that breaks a limit
   */
  read(reader: ByteReader): Body;
}

export function encodePayload<Body>(codec: MessageWriter<Body>, body: Body): Uint8Array {
  const writer = new ByteWriter(128);
  codec.write(writer, body);
  return writer.finish();
}

/** @throws DecodeError, ProtocolViolation */
export function decodePayload<Body>(codec: MessageCodec<Body>, payload: Uint8Array): Body {
  return codec.read(new ByteReader(payload));
}

/** A message that says all by its name. */
export function emptyMessage(command: string): MessageCodec<void> {
  return { command, write: () => {}, read: () => undefined };
}
