import type { RpcMethod } from "../declaration.ts";
import { helpText } from "../help.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const addnode: RpcMethod = {
  name: "addnode",
  category: "network",
  summary: "Adds a peer to those that this node keeps connecting to, takes it off, or tries to connect to it once.",
  params: [
    { name: "node", type: "string", description: "address of the peer, with a port unless it is the usual one" },
    { name: "command", type: "string", description: "add, remove or onetry" },
  ],
  result: "null",
  call: (args, { network: { peers } }) => {
    const command = args.string(1);
    if (!["add", "remove", "onetry"].includes(command)) throw new RpcError(RpcErrorCode.misc, helpText(addnode));
    const name = args.string(0);
    if (command === "onetry") peers.tryOnce(name);
    else if (command === "add" && !peers.add(name)) {
      throw new RpcError(RpcErrorCode.nodeAlreadyAdded, "Error: Node already added");
    } else if (command === "remove" && !peers.remove(name)) {
      throw new RpcError(RpcErrorCode.nodeNotAdded, "Error: Node has not been added.");
    }
    return null;
  },
};
