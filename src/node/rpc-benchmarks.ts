import type { BenchmarkProgram, BenchmarkSource } from "../fluxnode/index.ts";
import { FluxError } from "../platform/index.ts";
import type { RpcBenchmarks } from "../server/rpc/index.ts";

const INDENTATION = 2;
const NOT_RUNNING = "Benchmark not running";

/** The official benchmark daemon for RPC: its client's text as it is. */
export function programBenchmarks(program: BenchmarkProgram): RpcBenchmarks {
  /** It may end, or hang, after it was seen running. */
  const read = async (text: Promise<string>): Promise<string> => {
    try {
      return await text;
    } catch (error) {
      if (error instanceof FluxError) return NOT_RUNNING;
      throw error;
    }
  };
  return {
    isRunning: () => program.isRunning(),
    benchmarks: () => read(program.benchmarks()),
    status: () => read(program.status()),
    start: () => program.start(),
    stop: () => program.stop(),
  };
}

/** The node's own measurements in the words of the official program. */
export function ownBenchmarks(source: BenchmarkSource): RpcBenchmarks {
  const text = (value: Readonly<Record<string, unknown>>) => `${JSON.stringify(value, null, INDENTATION)}\n`;
  return {
    isRunning: async () => true,
    benchmarks: async () => text(source.benchmarks()),
    status: async () => text(source.status()),
    start: async () => {},
    stop: async () => {
      throw new FluxError("benchmark-own", "the benchmark is a part of this node, not a daemon that could be stopped", {
        kind: "refused",
      });
    },
  };
}
