import type { RpcMethod } from "../declaration.ts";

export const getblockcount: RpcMethod = {
  name: "getblockcount",
  category: "blockchain",
  summary: "Height of the last block of the best valid chain.",
  params: [],
  result: "the height (genesis is 0)",
  call: (_args, { chain }) => chain.height,
};
