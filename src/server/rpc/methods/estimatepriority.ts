import { type RpcMethod, reading } from "../declaration.ts";

export const estimatepriority: RpcMethod = {
  name: "estimatepriority",
  category: "util",
  summary: "Priority with which a transaction without fee should be in one of the next blocks.",
  params: [{ name: "nblocks", type: "number", description: "how many blocks it may take" }],
  result: "a number, -1 while too few transactions were seen",
  call: reading(({ mempool }, args) => {
    args.expectTypes("number");
    return mempool.estimatePriority(Math.max(1, args.int(0))) ?? -1;
  }),
};
