import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const getblockhash: RpcMethod = {
  name: "getblockhash",
  category: "blockchain",
  summary: "Hash of the block at a height of the best chain.",
  params: [{ name: "height", type: "number", description: "from 0 (genesis) to the tip" }],
  result: "the hash in hex",
  call: reading((reader, args) => {
    const height = args.int(0);
    const entry = height < 0 ? undefined : reader.entryAt(height);
    if (!entry) throw new RpcError(RpcErrorCode.invalidParameter, "Block height out of range");
    return toDisplayHash(entry.hash);
  }),
};
