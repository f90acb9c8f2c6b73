import type { FluxError } from "../platform/index.ts";
import { RpcError, RpcErrorCode, type RpcHandler } from "../server/rpc/index.ts";

/** Methods that say nothing of the chain. */
const HARMLESS: readonly string[] = ["stop", "help"];

/** Answers every call about a chain that must not be relied on with the reason. */
export function refusingHandler({ message, hint }: FluxError, handler: RpcHandler): RpcHandler {
  return (method, params) => {
    if (HARMLESS.includes(method)) return handler(method, params);
    throw new RpcError(RpcErrorCode.database, hint ? `${message}: ${hint}` : message);
  };
}
