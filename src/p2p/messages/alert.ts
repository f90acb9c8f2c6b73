import type { MessageCodec } from "./message-codec.ts";

export interface Alert {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** A warning signed by the network's makers. This program reads and ignores it (spec p2p.md 3.12). */
export const alertMessage: MessageCodec<Alert> = {
  command: "alert",
  write: (writer, { payload, signature }) => void writer.varBytes(payload).varBytes(signature),
  read: (reader) => ({ payload: reader.varBytes(), signature: reader.varBytes() }),
};
