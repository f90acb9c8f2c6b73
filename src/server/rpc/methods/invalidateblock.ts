import { knownEntry } from "../block-lookup.ts";
import type { RpcMethod } from "../declaration.ts";

export const invalidateblock: RpcMethod = {
  name: "invalidateblock",
  category: "blockchain",
  hidden: true,
  summary: "Treats a block as if it broke a rule, until reconsiderblock is called for it.",
  params: [{ name: "hash", type: "string", description: "block hash" }],
  result: "null",
  call: async (args, { chain }) => {
    const hash = args.lenientHash(0);
    await chain.read((reader) => knownEntry(reader, hash));
    await chain.invalidateBlock(hash);
    return null;
  },
};
