import { FluxError } from "../../platform/index.ts";
import type { RpcContext } from "./context.ts";
import { type RpcMethod, requiredCount } from "./declaration.ts";
import { helpText } from "./help.ts";
import type { JsonInput } from "./json-reader.ts";
import type { JsonValue } from "./json-writer.ts";
import { findMethod } from "./registry.ts";
import { RpcArguments } from "./rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/**
 * Runs one call. Methods that need not wait answer at once, the others with a promise.
 * @throws RpcError, or rejects with it; nothing else comes out
 */
export type RpcHandler = (method: string, params: readonly JsonInput[]) => JsonValue | Promise<JsonValue>;

function acceptsCount(method: RpcMethod, count: number): boolean {
  if (count < requiredCount(method)) return false;
  return method.extraParams === true || count <= method.params.length;
}

/** What a caller is told of an error that a method did not mean to throw. */
function asRpcError(error: unknown, name: string, context: RpcContext): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof FluxError) {
    const { message, hint } = error;
    return new RpcError(RpcErrorCode.misc, hint ? `${message}: ${hint}` : message);
  }
  context.reportInternalError?.(name, error);
  return new RpcError(RpcErrorCode.internal, `internal error in ${name}`);
}

/** The RPC methods on a context, without any transport: for the server and for offline use of a data directory. */
export function createRpcHandler(context: RpcContext): RpcHandler {
  const onMain = context.chain.params.networkId === "main";
  return (name, params) => {
    const method = findMethod(name);
    if (!method) throw new RpcError(RpcErrorCode.methodNotFound, "Method not found");
    if (!acceptsCount(method, params.length) || (method.mainOnly && !onMain)) {
      throw new RpcError(RpcErrorCode.misc, helpText(method, name));
    }
    try {
      const result = method.call(new RpcArguments(params), context);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw asRpcError(error, name, context);
      });
    } catch (error) {
      throw asRpcError(error, name, context);
    }
  };
}
