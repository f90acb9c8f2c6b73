import { writePartialMerkleTree } from "../../protocol/filters/index.ts";
import { type BlockHeader, writeHeader } from "../../protocol/primitives/index.ts";
import type { MessageWriter } from "./message-codec.ts";

/** What is sent of a block to a peer with a filter. */
export interface FilteredBlock {
  readonly header: BlockHeader;
  /** Ids of all its transactions, wire order. */
  readonly txids: readonly Uint8Array[];
  /** Which of them match. */
  readonly matches: readonly boolean[];
}

/** A header with a proof that some transactions are in its block; only ever sent (spec p2p.md section 3). */
export const merkleblockMessage: MessageWriter<FilteredBlock> = {
  command: "merkleblock",
  write(writer, { header, txids, matches }) {
    writeHeader(writer, header);
    writePartialMerkleTree(writer, txids, matches);
  },
};
