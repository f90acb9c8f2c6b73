import type { MessageCodec } from "./message-codec.ts";

export interface SendCompact {
  /** Asks for unsolicited `cmpctblock` messages as announcements. */
  readonly announce: boolean;
  /** Only 1 is honoured. */
  readonly version: bigint;
}

/** Offers or asks for compact blocks (spec p2p.md 3.7). */
export const sendcmpctMessage: MessageCodec<SendCompact> = {
  command: "sendcmpct",
  write: (writer, { announce, version }) => void writer.bool(announce).u64(version),
  read: (reader) => ({ announce: reader.bool(), version: reader.u64() }),
};
