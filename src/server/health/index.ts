export { CallStatistics } from "./call-statistics.ts";
export { ChainCounters } from "./chain-counters.ts";
export { type HealthSource, healthPages } from "./health-pages.ts";
