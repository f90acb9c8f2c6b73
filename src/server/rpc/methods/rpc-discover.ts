import type { RpcMethod } from "../declaration.ts";
import { openRpcDocument } from "../open-rpc.ts";

/** @param methods all of them, this one included */
export function rpcDiscover(methods: () => readonly RpcMethod[]): RpcMethod {
  return {
    name: "rpc.discover",
    category: "control",
    summary: "Describes all methods as an OpenRPC document. Not a method of the daemon.",
    params: [],
    result: "an OpenRPC document",
    hidden: true,
    call: (_args, { version }) => openRpcDocument(methods(), version.userAgent.replace(/[^\d.]/g, "")),
  };
}
