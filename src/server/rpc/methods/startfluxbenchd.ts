import type { RpcMethod } from "../declaration.ts";
import { requireFluxnode } from "../this-fluxnode.ts";

export const startfluxbenchd: RpcMethod = {
  name: "startfluxbenchd",
  aliases: ["startzelbenchd"],
  category: "benchmarks",
  summary: "Starts the benchmark daemon unless it runs.",
  params: [],
  result: "a text that says which",
  call: async (_, context) => {
    const { benchmarks } = requireFluxnode(context);
    if (await benchmarks.isRunning()) return "Already running";
    await benchmarks.start();
    return "Starting process";
  },
};
