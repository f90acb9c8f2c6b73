import type { RpcMethod } from "../declaration.ts";
import { requireFluxnode } from "../this-fluxnode.ts";

export const stopfluxbenchd: RpcMethod = {
  name: "stopfluxbenchd",
  aliases: ["stopzelbenchd"],
  category: "benchmarks",
  summary: "Stops the benchmark daemon if it runs.",
  params: [],
  result: "a text that says which",
  call: async (_, context) => {
    const { benchmarks } = requireFluxnode(context);
    if (!(await benchmarks.isRunning())) return "Not running";
    await benchmarks.stop();
    return "Stopping process";
  },
};
