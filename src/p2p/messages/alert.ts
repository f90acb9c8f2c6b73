import type { MessageCodec } from "./message-codec.ts";

/** A warning signed by the network's makers (spec p2p.md 3.12). */
export interface Alert {
  /** What it says, as it was signed. */
  readonly payload: Uint8Array;
  /** DER. */
  readonly signature: Uint8Array;
}

export const alertMessage: MessageCodec<Alert> = {
  command: "alert",
  write: (writer, { payload, signature }) => void writer.varBytes(payload).varBytes(signature),
  read: (reader) => ({ payload: reader.varBytes(), signature: reader.varBytes() }),
};
