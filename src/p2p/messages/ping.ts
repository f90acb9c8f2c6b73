import type { MessageCodec } from "./message-codec.ts";

/** Asks whether the other side is there, with a number that `pong` repeats (spec p2p.md 3.11). */
export const pingMessage: MessageCodec<bigint> = {
  command: "ping",
  write: (writer, nonce) => void writer.u64(nonce),
  read: (reader) => reader.u64(),
};
