import { requireIndexes } from "../block-lookup.ts";
import { type ChainReader, RebuiltNodes } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** Blocks that are worked off before others get their turn at the chain. */
const PIECE = 200;

function failure(message: string): RpcError {
  return new RpcError(RpcErrorCode.database, message);
}

function advance(rebuilt: RebuiltNodes, reader: ChainReader) {
  try {
    return rebuilt.advance(reader, PIECE);
  } catch (error) {
    throw failure(`The node list cannot be made again: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const rebuildfluxnodedb: RpcMethod = {
  name: "rebuildfluxnodedb",
  aliases: ["rebuildzelnodedb"],
  category: "fluxnode",
  hidden: true,
  summary:
    "Makes the list of fluxnodes again from all stored blocks and compares it with the kept one. It takes long and changes nothing. Needs the indexes.",
  params: [],
  result: "true if both are the same",
  call: async (_args, { chain }) => {
    const rebuilt = new RebuiltNodes();
    for (;;) {
      const verdict = await chain.read((reader) => {
        requireIndexes(reader, "rebuildfluxnodedb");
        return advance(rebuilt, reader);
      });
      if (verdict === "same") return true;
      if (verdict === "different") {
        throw failure(
          "The kept node list is not the one of the stored blocks. Build the chain again in a new data directory.",
        );
      }
    }
  },
};
