import type { RpcMethod } from "../declaration.ts";
import { benchmarkText } from "../this-fluxnode.ts";

export const getbenchmarks: RpcMethod = {
  name: "getbenchmarks",
  category: "benchmarks",
  summary: "What the benchmark of this fluxnode measured: JSON in a string.",
  params: [],
  result: "a string",
  call: (_, context) => benchmarkText(context, (benchmarks) => benchmarks.benchmarks()),
};
