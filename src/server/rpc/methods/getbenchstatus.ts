import type { RpcMethod } from "../declaration.ts";
import { benchmarkText } from "../this-fluxnode.ts";

export const getbenchstatus: RpcMethod = {
  name: "getbenchstatus",
  category: "benchmarks",
  summary: "State of the benchmark of this fluxnode: JSON in a string.",
  params: [],
  result: "a string",
  call: (_, context) => benchmarkText(context, (benchmarks) => benchmarks.status()),
};
