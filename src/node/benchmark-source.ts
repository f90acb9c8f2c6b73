import { daemonBenchmarks, daemonStatus } from "../bench/index.ts";
import type { BenchmarkSource } from "../fluxnode/index.ts";
import { TIERS, tierName } from "../protocol/fluxnodes/index.ts";
import type { BenchmarkStatus } from "./benchmark-schedule.ts";

/**
 * The benchmarks of a node as attestors and the calls of the benchmark daemon see them. A tier holds while the next run goes on.
 * @param address under which this machine is to stand in the node list; "" while it is unknown
 */
export function benchmarkSource(status: () => BenchmarkStatus, address: () => string): BenchmarkSource {
  const standing = () => {
    const { running, result: report, failure } = status();
    return { address: address(), architecture: process.arch, running, report, failure };
  };
  return {
    get tier() {
      const name = status().result?.verdict.tier;
      return TIERS.find((tier) => tierName(tier) === name) ?? null;
    },
    benchmarks: () => ({ ...daemonBenchmarks(standing()) }),
    status: () => ({ ...daemonStatus(standing()) }),
  };
}
