import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import type { RpcMethod } from "../declaration.ts";

export const getbestblockhash: RpcMethod = {
  name: "getbestblockhash",
  category: "blockchain",
  summary: "Hash of the last block of the best valid chain.",
  params: [],
  result: "the hash in hex",
  call: (_args, { chain }) => toDisplayHash(chain.tipHash),
};
