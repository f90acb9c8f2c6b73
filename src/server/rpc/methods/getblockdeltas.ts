import { knownEntry, requireIndexes, storedBlock } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { blockDeltasShape } from "../shapes/block-deltas-shape.ts";

export const getblockdeltas: RpcMethod = {
  name: "getblockdeltas",
  category: "blockchain",
  summary: "What each transaction of a block took from and gave to addresses. Needs the indexes.",
  params: [{ name: "hash", type: "string", description: "block hash" }],
  result: "an object",
  call: reading((reader, args) => {
    requireIndexes(reader, "getblockdeltas");
    const entry = knownEntry(reader, args.lenientHash(0));
    return blockDeltasShape(storedBlock(reader, entry), entry, reader);
  }),
};
