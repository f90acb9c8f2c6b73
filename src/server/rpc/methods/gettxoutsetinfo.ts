import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { Amount } from "../json-writer.ts";

export const gettxoutsetinfo: RpcMethod = {
  name: "gettxoutsetinfo",
  category: "blockchain",
  summary: "Count, sum and hash of all unspent outputs. Reads the whole set, so it takes a while.",
  params: [],
  result: "an object",
  call: async (_, { chain }) => {
    const statistics = await chain.coinStatistics();
    return {
      height: statistics.height,
      bestblock: toDisplayHash(statistics.bestBlock),
      transactions: statistics.transactions,
      txouts: statistics.outputs,
      bytes_serialized: statistics.bytes,
      hash_serialized: toDisplayHash(statistics.hash),
      total_amount: new Amount(statistics.totalAmount),
    };
  },
};
