import type { MessageCodec } from "./message-codec.ts";

/** Answers a ping; null for one too short to hold the number, which still ends the waiting (spec p2p.md 3.11). */
export const pongMessage: MessageCodec<bigint | null> = {
  command: "pong",
  write: (writer, nonce) => void (nonce === null || writer.u64(nonce)),
  read: (reader) => (reader.remaining < 8 ? null : reader.u64()),
};
