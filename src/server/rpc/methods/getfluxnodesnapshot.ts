import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { nodeList, requireSynced } from "./viewdeterministicfluxnodelist.ts";

export const getfluxnodesnapshot: RpcMethod = {
  name: "getfluxnodesnapshot",
  category: "fluxnode",
  summary: "All confirmed fluxnodes together with the block they belong to.",
  params: [],
  result: "an object with height, blockhash and nodes",
  call: reading((reader) => {
    requireSynced(reader);
    return {
      height: reader.tip.height,
      blockhash: toDisplayHash(reader.tip.hash),
      nodes: nodeList(reader),
    };
  }),
};
