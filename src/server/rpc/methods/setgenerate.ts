import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** As many threads as there are processors. */
const ALL_PROCESSORS = -1;

export const setgenerate: RpcMethod = {
  name: "setgenerate",
  category: "generating",
  summary: "Begins or ends to look for blocks by proof of work.",
  params: [
    { name: "generate", type: "boolean", description: "whether to look for blocks" },
    { name: "genproclimit", type: "number", description: "threads; -1 for all processors, 0 ends it", optional: true },
  ],
  result: "null",
  call: async (args, { chain, mining }) => {
    if (chain.params.mineBlocksOnDemand) {
      throw new RpcError(RpcErrorCode.methodNotFound, "Use the generate method instead of setgenerate on this network");
    }
    const generate = args.boolean(0);
    const threads = args.has(1) ? args.int(1) : ALL_PROCESSORS;
    await mining.setGenerating(generate && threads !== 0, threads);
    return null;
  },
};
