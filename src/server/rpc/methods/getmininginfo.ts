import { type RpcMethod, reading } from "../declaration.ts";
import { difficulty } from "../shapes/difficulty.ts";
import { DEFAULT_LOOKUP, networkHashRate } from "../shapes/network-hash-rate.ts";
import { isTestNetwork } from "../shapes/network-kind.ts";

export const getmininginfo: RpcMethod = {
  name: "getmininginfo",
  category: "mining",
  summary: "State of mining on this node and in the network.",
  params: [],
  result: "an object",
  call: reading((reader, _args, { mining, network }) => {
    const { params } = reader;
    const rate = networkHashRate(reader, DEFAULT_LOOKUP);
    return {
      blocks: reader.tip.height,
      currentblocksize: mining.lastBlock.size,
      currentblocktx: mining.lastBlock.transactions,
      difficulty: difficulty(reader.nextBits(), params),
      errors: network.warnings(),
      genproclimit: mining.threads,
      localsolps: mining.localSolutionsPerSecond,
      networksolps: rate,
      networkhashps: rate,
      pooledtx: reader.mempool.size,
      testnet: isTestNetwork(params),
      chain: params.networkId,
      generate: mining.generating,
      ponminter: mining.ponMinter,
    };
  }),
};
