export type { PeerAddress } from "./bandwidth/ask-challenge.ts";
export {
  choosePeers,
  type ListedNode,
  type OwnPlace,
  type PeerChoice,
  USUAL_API_PORT,
} from "./bandwidth/choose-peers.ts";
export { IntervalCounter } from "./bandwidth/interval-counter.ts";
export { lineOf } from "./bandwidth/line-of.ts";
export { addressText, type BandwidthTask, measureBandwidth } from "./bandwidth/measure-bandwidth.ts";
export type { PeerPlan } from "./bandwidth/measure-peer.ts";
export {
  BANDWIDTH_PATHS,
  type ClientMessage,
  challengeAnswer,
  clientMessage,
  findProof,
  INTERVAL_MILLIS,
  isProof,
  MESSAGE_BYTES,
  parseMessage,
  refusal,
  type ServerMessage,
  type SessionLimits,
  serverMessage,
} from "./bandwidth/protocol.ts";
export { meanDeviation, rateOf } from "./bandwidth/statistics.ts";
export { takeBenchmarkTurn } from "./benchmark-turn.ts";
export {
  type BenchmarkStanding,
  type DaemonBenchmarks,
  type DaemonStatus,
  daemonBenchmarks,
  daemonStatus,
} from "./daemon-benchmarks.ts";
export { BENCH_MIGRATION, BenchHistory } from "./history.ts";
export { doubtsAbout, withReport } from "./machine-facts.ts";
export { carryOutJob } from "./measure/carry-out.ts";
export { measureDisk } from "./measure/measure-disk.ts";
export { inPasses } from "./measure/passes.ts";
export type { StepListener } from "./measure/run-job.ts";
export { median } from "./median.ts";
export { compareReports, differences, type MetricChange } from "./metrics.ts";
export { FULL_PLAN, memoryBufferBytes, QUICK_PLAN, testFileBytes } from "./plan.ts";
export { prometheusText } from "./prometheus.ts";
export {
  type BandwidthResult,
  type BenchReport,
  benchReportJsonSchema,
  benchReportSchema,
  type MachineFacts,
  type Requirement,
  type Verdict,
} from "./report.ts";
export { AREAS, type BandwidthOptions, type BenchOptions, runBenchmark } from "./run-benchmark.ts";
export { BUILT_IN_PROFILES, builtInProfile, DEFAULT_PROFILE } from "./tiers/built-in-profiles.ts";
export { chooseTierProfile } from "./tiers/choose-profile.ts";
export { parseTierProfile, type TierProfile } from "./tiers/tier-profile.ts";
export { type Area, isSolidState, judge, type Measured, standing, TIER_MAX_PRIME } from "./verdict.ts";
export { warningsAbout, wasBusy } from "./warnings.ts";
