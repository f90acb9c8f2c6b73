export { BENCH_MIGRATION, BenchHistory } from "./history.ts";
export { carryOutJob } from "./measure/carry-out.ts";
export type { StepListener } from "./measure/run-job.ts";
export { compareReports, type MetricChange, prometheusText } from "./metrics.ts";
export { FULL_PLAN, memoryBufferBytes, QUICK_PLAN, testFileBytes } from "./plan.ts";
export {
  type BenchReport,
  benchReportJsonSchema,
  benchReportSchema,
  type MachineFacts,
  type Requirement,
  type Verdict,
} from "./report.ts";
export { AREAS, type BenchOptions, runBenchmark } from "./run-benchmark.ts";
export { BUILT_IN_PROFILES, builtInProfile, DEFAULT_PROFILE } from "./tiers/built-in-profiles.ts";
export { parseTierProfile, type TierProfile } from "./tiers/tier-profile.ts";
export { type Area, BANDWIDTH_REASON, isSolidState, judge, type Measured } from "./verdict.ts";
