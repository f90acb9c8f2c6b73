import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const generate: RpcMethod = {
  name: "generate",
  category: "generating",
  summary: "Makes blocks at once, on networks for tests only.",
  params: [{ name: "numblocks", type: "number", description: "how many" }],
  result: "an array of their hashes",
  call: async (args, { chain, mining }) => {
    if (!chain.params.mineBlocksOnDemand) {
      throw new RpcError(RpcErrorCode.methodNotFound, "This method can only be used on regtest");
    }
    const count = args.int(0);
    const hashes: string[] = [];
    while (hashes.length < count) hashes.push(toDisplayHash(await mining.generateBlock()));
    return hashes;
  },
};
