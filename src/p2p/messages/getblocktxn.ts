import { DecodeError } from "../../protocol/bytes/index.ts";
import { read16BitSize } from "./cmpctblock.ts";
import type { MessageCodec } from "./message-codec.ts";

const HASH_SIZE = 32;

export interface BlockTransactionsRequest {
  /** Wire order. */
  readonly blockHash: Uint8Array;
  /** Places in the block, each counted from its start. */
  readonly indexes: readonly number[];
}

/** Asks for transactions of a compact block (spec p2p.md 3.7). */
export const getblocktxnMessage: MessageCodec<BlockTransactionsRequest> = {
  command: "getblocktxn",
  write(writer, { blockHash, indexes }) {
    writer.fixed(blockHash).compactSize(indexes.length);
    for (const index of indexes) writer.compactSize(index);
  },
  read(reader) {
    const blockHash = reader.fixed(HASH_SIZE);
    const count = read16BitSize(reader, "indexes");
    if (count > reader.remaining) throw new DecodeError("end of data");
    return { blockHash, indexes: Array.from({ length: count }, () => read16BitSize(reader, "index")) };
  },
};
