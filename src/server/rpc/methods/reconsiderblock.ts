import { knownEntry } from "../block-lookup.ts";
import type { RpcMethod } from "../declaration.ts";

export const reconsiderblock: RpcMethod = {
  name: "reconsiderblock",
  category: "blockchain",
  hidden: true,
  summary: "Takes back the invalid mark of a block, its ancestors and descendants.",
  params: [{ name: "hash", type: "string", description: "block hash" }],
  result: "null",
  call: async (args, { chain }) => {
    const hash = args.lenientHash(0);
    await chain.read((reader) => knownEntry(reader, hash));
    await chain.reconsiderBlock(hash);
    return null;
  },
};
