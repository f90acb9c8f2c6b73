import { randomBytes } from "node:crypto";

const FINAL = 0x80;
const MASKED = 0x80;
export const OPCODE = { text: 1, binary: 2, close: 8, pong: 10 } as const;

/** One frame of a client (RFC 6455 section 5.2). @param payload shorter than 2^32 bytes; it stays as it is */
export function clientFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const mask = randomBytes(4);
  const frame = framed(opcode, payload.length, mask);
  const start = frame.length - payload.length;
  for (let i = 0; i < payload.length; i++) frame[start + i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return frame;
}

/** A binary message of a client with random content, ready to be sent any number of times: masking random bytes makes nothing but random bytes. */
export function randomMessage(length: number): Uint8Array {
  const frame = framed(OPCODE.binary, length, randomBytes(4));
  frame.set(randomBytes(length), frame.length - length);
  return frame;
}

function framed(opcode: number, length: number, mask: Uint8Array): Uint8Array {
  const extended = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + mask.length + length);
  const view = new DataView(frame.buffer);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setUint32(6, length);
  frame.set(mask, 2 + extended);
  return frame;
}
