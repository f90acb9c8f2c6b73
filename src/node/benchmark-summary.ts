import type { BenchmarkSummary } from "../server/health/index.ts";
import type { BenchmarkStatus } from "./benchmark-schedule.ts";

/** In short, for the page of a node's health. */
export function benchmarkSummary({ running, result, failure, nextRun, waitingFor }: BenchmarkStatus): BenchmarkSummary {
  const state = running ? "running" : failure !== null ? "failed" : result === null ? "waiting" : "measured";
  return {
    state,
    tier: result?.verdict.tier ?? null,
    profile: result?.profile.name ?? null,
    time: result === null ? null : Math.floor(Date.parse(result.time) / 1000),
    nextRun: nextRun === null ? null : Math.ceil(nextRun / 1000),
    reason: failure ?? (waitingFor === null ? null : `waits for the end of ${waitingFor}`),
  };
}

/** Reads one from a page; null for anything else. */
export function readBenchmarkSummary(value: unknown): BenchmarkSummary | null {
  if (typeof value !== "object" || value === null) return null;
  const { state, tier, profile, time, nextRun, reason } = value as Record<string, unknown>;
  if (state !== "waiting" && state !== "running" && state !== "measured" && state !== "failed") return null;
  return {
    state,
    tier: textOf(tier),
    profile: textOf(profile),
    time: numberOf(time),
    nextRun: numberOf(nextRun),
    reason: textOf(reason),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
