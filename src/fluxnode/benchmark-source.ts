import type { Tier } from "../protocol/fluxnodes/index.ts";

/** The benchmark of this machine as the node itself makes it. */
export interface BenchmarkSource {
  /** Highest tier of the newest result that counts; null without one, or if it reaches none. */
  readonly tier: Tier | null;
  /** What the benchmark daemon would answer to `getbenchmarks` (spec benchmarks.md 4.1): a JSON object. */
  benchmarks(): Readonly<Record<string, unknown>>;
  /** Likewise for `getstatus` (spec benchmarks.md 4.2). */
  status(): Readonly<Record<string, unknown>>;
}

/** A machine that was not measured. */
export const NOT_MEASURED: BenchmarkSource = {
  tier: null,
  benchmarks: () => ({ ipaddress: "", status: "failed", time: 0, error: "this machine was not measured" }),
  status: () => ({ status: "online", benchmarking: "failed", flux: "connected" }),
};
