import type { RpcMethod } from "../declaration.ts";

const DEFAULT_LEVEL = 3;
const DEFAULT_DEPTH = 288;

export const verifychain: RpcMethod = {
  name: "verifychain",
  category: "blockchain",
  summary: "Checks the last blocks of the stored chain again.",
  params: [
    { name: "checklevel", type: "number", description: "how thoroughly, 0 to 4 (default 3)", optional: true },
    { name: "numblocks", type: "number", description: "how many blocks, 0 for all (default 288)", optional: true },
  ],
  result: "true if they are in order",
  call: (args, { chain }) => {
    const level = args.has(0) ? args.int(0) : DEFAULT_LEVEL;
    const depth = args.has(1) ? args.int(1) : DEFAULT_DEPTH;
    return chain.verify(Math.max(0, Math.min(4, level)), Math.max(0, depth));
  },
};
