import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const disconnectnode: RpcMethod = {
  name: "disconnectnode",
  category: "network",
  summary: "Ends the connection to a peer at once.",
  params: [{ name: "node", type: "string", description: "the peer as getpeerinfo names it" }],
  result: "null",
  call: (args, { network: { peers } }) => {
    if (peers.disconnect(args.string(0))) return null;
    throw new RpcError(RpcErrorCode.nodeNotConnected, "Node not found in connected nodes");
  },
};
