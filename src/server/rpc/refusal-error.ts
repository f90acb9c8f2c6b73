import type { Refusal } from "./context.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** The daemon's answer to a transaction that did not come into the pool. */
export function refusalError(refusal: Refusal): RpcError {
  switch (refusal.kind) {
    case "refused":
      return new RpcError(RpcErrorCode.rejected, `${refusal.reject.code}: ${refusal.reject.reason}`);
    case "orphan":
      return new RpcError(RpcErrorCode.verify, "Missing inputs");
    case "dropped":
      return new RpcError(RpcErrorCode.verify, refusal.text);
  }
}
