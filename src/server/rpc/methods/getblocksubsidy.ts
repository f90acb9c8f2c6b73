import { blockSubsidy } from "../../../protocol/rules/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { Amount } from "../json-writer.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const getblocksubsidy: RpcMethod = {
  name: "getblocksubsidy",
  category: "mining",
  summary: "Coins that a block at a height creates, whoever gets them.",
  params: [{ name: "height", type: "number", description: "default: the tip", optional: true }],
  result: "an object with the amount under `miner`",
  call: (args, { chain }) => {
    const height = args.has(0) ? args.int(0) : chain.height;
    if (height < 0) throw new RpcError(RpcErrorCode.invalidParameter, "Block height out of range");
    return { miner: new Amount(blockSubsidy(height, chain.params)) };
  },
};
