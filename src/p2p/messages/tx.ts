import { readTransaction, type Transaction } from "../../protocol/primitives/index.ts";
import type { MessageCodec } from "./message-codec.ts";

/** A transaction (spec p2p.md 3.6). */
export const txMessage: MessageCodec<Transaction> = {
  command: "tx",
  write: (writer, { raw }) => void writer.fixed(raw),
  read: readTransaction,
};
