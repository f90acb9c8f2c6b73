import { type RpcMethod, reading } from "../declaration.ts";
import { Amount } from "../json-writer.ts";

export const estimatefee: RpcMethod = {
  name: "estimatefee",
  category: "util",
  summary: "Fee per 1000 bytes with which a transaction should be in one of the next blocks.",
  params: [{ name: "nblocks", type: "number", description: "how many blocks it may take" }],
  result: "an amount, -1 while too few transactions were seen",
  call: reading(({ mempool }, args) => {
    args.expectTypes("number");
    const rate = mempool.estimateFee(Math.max(1, args.int(0)));
    return rate === null ? -1 : new Amount(rate);
  }),
};
