import { readText, writeText } from "./limited-text.ts";
import type { MessageCodec } from "./message-codec.ts";

/** Longest reason that is sent and read. */
export const MAX_REJECT_REASON = 111;
const MAX_COMMAND = 12;
const HASH_SIZE = 32;

export interface RejectMessage {
  /** Command of the message that was refused. */
  readonly message: string;
  /** BIP 61 number. */
  readonly code: number;
  readonly reason: string;
  /** Of the refused block or transaction, wire order; null for other messages. */
  readonly hash: Uint8Array | null;
}

/** Says why something was refused (spec p2p.md 3.12). */
export const rejectMessage: MessageCodec<RejectMessage> = {
  command: "reject",
  write(writer, { message, code, reason, hash }) {
    writeText(writer, message);
    writeText(writer.u8(code), reason);
    if (hash) writer.fixed(hash);
  },
  read(reader) {
    const message = readText(reader, MAX_COMMAND);
    const code = reader.u8();
    const reason = readText(reader, MAX_REJECT_REASON);
    const named = message === "block" || message === "tx";
    return { message, code, reason, hash: named ? reader.fixed(HASH_SIZE) : null };
  },
};
