import type { RpcMethod } from "../declaration.ts";

export const prioritisetransaction: RpcMethod = {
  name: "prioritisetransaction",
  category: "mining",
  summary: "Makes a transaction count as if it had a higher or lower priority and fee when this node makes blocks.",
  params: [
    { name: "txid", type: "string", description: "transaction id; it need not be in the memory pool yet" },
    { name: "priority", type: "number", description: "what to add to its priority" },
    { name: "fee", type: "number", description: "zatoshi to add to its fee; nobody pays them" },
  ],
  result: "true",
  call: async (args, { chain }) => {
    const txid = args.hexHash(0, "txid");
    const fee = args.int64(2);
    await chain.pool.prioritise(txid, { priority: args.real(1), fee });
    return true;
  },
};
