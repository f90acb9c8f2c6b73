export { CallStatistics } from "./call-statistics.ts";
export { ChainCounters } from "./chain-counters.ts";
export {
  type BenchmarkSummary,
  type HealthSource,
  healthPages,
  type PeerFigures,
  type SnapshotProgress,
} from "./health-pages.ts";
