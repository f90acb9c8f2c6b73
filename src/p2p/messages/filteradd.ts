import type { MessageCodec } from "./message-codec.ts";

/** Adds one element to the loaded filter (spec p2p.md 3.12). */
export const filteraddMessage: MessageCodec<Uint8Array> = {
  command: "filteradd",
  write: (writer, element) => void writer.varBytes(element),
  read: (reader) => reader.varBytes(),
};
