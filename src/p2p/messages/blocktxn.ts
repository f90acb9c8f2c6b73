import { readTransaction, type Transaction } from "../../protocol/primitives/index.ts";
import type { MessageCodec } from "./message-codec.ts";

const HASH_SIZE = 32;
const MINIMUM_TRANSACTION_SIZE = 5;

export interface BlockTransactions {
  /** Wire order. */
  readonly blockHash: Uint8Array;
  readonly transactions: readonly Transaction[];
}

/** Transactions that were missing from a compact block (spec p2p.md 3.7). */
export const blocktxnMessage: MessageCodec<BlockTransactions> = {
  command: "blocktxn",
  write(writer, { blockHash, transactions }) {
    writer.fixed(blockHash).compactSize(transactions.length);
    for (const { raw } of transactions) writer.fixed(raw);
  },
  read(reader) {
    const blockHash = reader.fixed(HASH_SIZE);
    const count = reader.count(MINIMUM_TRANSACTION_SIZE);
    return { blockHash, transactions: Array.from({ length: count }, () => readTransaction(reader)) };
  },
};
