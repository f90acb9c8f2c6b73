import { EXIT, type ExitCode, FluxError } from "../platform/index.ts";
import { type Output, toJson } from "./output.ts";
import { printable } from "./text-layout.ts";

/** Turns the RPC error for something unknown into "not found"; any other keeps its message. To be used with `catch`. */
export function asNotFound(code: string, message: string, hint?: string): (error: unknown) => Promise<never> {
  return async (error) => {
    const { RpcError, RpcErrorCode } = await import("../server/rpc/index.ts");
    if (!(error instanceof RpcError)) throw error;
    const unknown = error.code === RpcErrorCode.invalidAddressOrKey || error.code === RpcErrorCode.invalidParameter;
    throw unknown
      ? new FluxError(code, message, { kind: "not-found", hint })
      : new FluxError("rpc-error", error.message);
  };
}

/**
 * Reports an error of an RPC method as the daemon's command line does; `--json` gives its number as `error.code`.
 * Whatever is no such error is thrown again.
 */
export async function reportRpcError(output: Output, error: unknown): Promise<ExitCode> {
  const { RpcError } = await import("../server/rpc/index.ts");
  if (!(error instanceof RpcError)) throw error;
  const { code, message } = error;
  if (output.settings.json) output.error(toJson({ error: { code, message, hint: null } }));
  else output.error(`error code: ${code}\nerror message:\n${message.split("\n").map(printable).join("\n")}`);
  return EXIT.failed;
}
