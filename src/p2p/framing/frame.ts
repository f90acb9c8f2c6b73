import { sha256d } from "../../protocol/crypto/index.ts";

/** Bytes in front of a payload: magic, command, length, checksum (spec p2p.md section 1). */
export const FRAME_HEADER_SIZE = 24;
export const COMMAND_OFFSET = 4;
export const COMMAND_SIZE = 12;
export const LENGTH_OFFSET = 16;
export const CHECKSUM_OFFSET = 20;
const CHECKSUM_SIZE = 4;

/** Payloads above this end the connection. */
export const MAX_PAYLOAD_SIZE = 2 * 1024 * 1024;

/** First four bytes of the payload's double SHA-256. */
export function payloadChecksum(payload: Uint8Array): Uint8Array {
  return sha256d(payload).subarray(0, CHECKSUM_SIZE);
}

/** One message as it goes over the wire. */
export function encodeFrame(magic: Uint8Array, command: string, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_SIZE + payload.length);
  frame.set(magic);
  for (let i = 0; i < command.length; i++) frame[COMMAND_OFFSET + i] = command.charCodeAt(i);
  new DataView(frame.buffer).setUint32(LENGTH_OFFSET, payload.length, true);
  frame.set(payloadChecksum(payload), CHECKSUM_OFFSET);
  frame.set(payload, FRAME_HEADER_SIZE);
  return frame;
}

/** The command of a frame header; null unless it is printable ASCII followed by nothing but zeros. */
export function readCommand(header: Uint8Array): string | null {
  let command = "";
  let ended = false;
  for (let i = COMMAND_OFFSET; i < COMMAND_OFFSET + COMMAND_SIZE; i++) {
    const byte = header[i] as number;
    if (byte === 0) ended = true;
    else if (ended || byte < 0x20 || byte > 0x7e) return null;
    else command += String.fromCharCode(byte);
  }
  return command;
}
