import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const getfluxnodestatus: RpcMethod = {
  name: "getfluxnodestatus",
  aliases: ["getzelnodestatus"],
  category: "fluxnode",
  summary: "State of the fluxnode that this machine runs.",
  params: [],
  result: "an object",
  call: () => {
    throw new RpcError(RpcErrorCode.misc, "This is not a Flux Node");
  },
};
