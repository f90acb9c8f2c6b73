import type { Block, Transaction } from "../../protocol/primitives/index.ts";
import type { CompactBlock } from "../messages/index.ts";
import { shortIds } from "./short-ids.ts";

/** A block in the short form; nobody else has its coinbase, so that one is sent whole. */
export function makeCompactBlock({ header, transactions }: Block, nonce: bigint): CompactBlock {
  const idOf = shortIds(header, nonce);
  return {
    header,
    nonce,
    shortIds: transactions.slice(1).map(({ txid }) => idOf(txid)),
    prefilled: [{ offset: 0, transaction: transactions[0] as Transaction }],
  };
}
