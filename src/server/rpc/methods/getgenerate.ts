import type { RpcMethod } from "../declaration.ts";

export const getgenerate: RpcMethod = {
  name: "getgenerate",
  category: "generating",
  summary: "Whether this node looks for blocks by proof of work.",
  params: [],
  result: "true or false",
  call: (_args, { mining }) => mining.generating,
};
