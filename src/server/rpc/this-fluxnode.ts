import type { RpcContext } from "./context.ts";
import type { RpcBenchmarks, RpcFluxnode } from "./fluxnode-context.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** @throws RpcError unless this machine is a fluxnode; the code differs by method */
export function requireFluxnode({ fluxnode }: RpcContext, code: number = RpcErrorCode.misc): RpcFluxnode {
  if (fluxnode) return fluxnode;
  throw new RpcError(code, "This is not a Flux Node");
}

/** The text of a benchmark daemon that runs; one that ends in between counts as one that does not. */
export async function benchmarkText(
  context: RpcContext,
  read: (benchmarks: RpcBenchmarks) => Promise<string>,
): Promise<string> {
  const { benchmarks } = requireFluxnode(context);
  if (!(await benchmarks.isRunning())) return "Benchmark not running";
  return read(benchmarks);
}
