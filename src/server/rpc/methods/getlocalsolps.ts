import type { RpcMethod } from "../declaration.ts";

export const getlocalsolps: RpcMethod = {
  name: "getlocalsolps",
  category: "mining",
  summary: "Work per second of this node's own mining.",
  params: [],
  extraParams: true,
  result: "a number; 0 while it does not mine",
  call: (_args, { mining }) => mining.localSolutionsPerSecond,
};
