import { beforeEach, describe, expect, test } from "bun:test";
import type { BenchReport } from "../../../src/bench/index.ts";
import { BenchmarkSchedule, type BenchmarkScheduleOptions } from "../../../src/node/benchmark-schedule.ts";
import { benchmarkSource } from "../../../src/node/benchmark-source.ts";
import { benchmarkSummary, readBenchmarkSummary } from "../../../src/node/benchmark-summary.ts";
import { FluxError, nextTurn, SILENT_LOG } from "../../../src/platform/index.ts";
import { report } from "../bench/reports.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 8, 2);

let now: number;
let timer: { at: number; task: () => void } | null;
let obstacle: string | null;
let outcome: ((signal: AbortSignal) => Promise<BenchReport>) | null;
let runs: number;

beforeEach(() => {
  [now, timer, obstacle, outcome, runs] = [START, null, null, null, 0];
});

/** A schedule on a clock of the test's own, without jitter. */
function schedule(more: Partial<BenchmarkScheduleOptions> = {}) {
  return new BenchmarkSchedule({
    intervalMillis: 6 * HOUR,
    obstacle: () => obstacle,
    measure: (signal) => {
      runs++;
      return outcome?.(signal) ?? Promise.resolve(reportAt(now));
    },
    earlier: null,
    log: SILENT_LOG,
    now: () => now,
    random: () => 0.5,
    after: (millis, task) => {
      const own = { at: now + millis, task };
      timer = own;
      return () => {
        if (timer === own) timer = null;
      };
    },
    ...more,
  });
}

function reportAt(time: number, changes: Partial<BenchReport> = {}): BenchReport {
  return { ...report(), time: new Date(time).toISOString(), ...changes };
}

const busy = { load: { ...report().load, othersDuring: 0.5 } };

/** Lets the clock go on to the next timer. */
async function goOn(): Promise<void> {
  const { at, task } = timer ?? { at: now, task: () => {} };
  [timer, now] = [null, at];
  task();
  await nextTurn();
}

describe("benchmarks of a node", () => {
  test("the first soon, the others after the interval", async () => {
    const plan = schedule();
    expect(plan.status).toMatchObject({ running: false, result: null });
    await goOn();
    expect(now - START).toBeLessThan(60_000);
    expect(plan.status.result?.time).toBe(new Date(now).toISOString());
    expect(plan.status.nextRun).toBe(now + 6 * HOUR);
    await goOn();
    expect(runs).toBe(2);
    await plan.stop();
    expect(timer).toBeNull();
  });

  test("what was measured before the start counts until it is too old", () => {
    const earlier = reportAt(START - 5 * HOUR);
    expect(schedule({ earlier }).status).toMatchObject({ result: earlier, nextRun: START + HOUR });
    expect(schedule({ earlier: reportAt(START - 30 * HOUR) }).status.nextRun).toBeLessThan(START + 60_000);
    const fromTheFuture = reportAt(START + 1000 * HOUR);
    expect(schedule({ earlier: fromTheFuture }).status.nextRun).toBe(START + 6 * HOUR);
  });

  test("waits for what is in its way", async () => {
    const plan = schedule();
    obstacle = "the first synchronisation";
    for (let i = 0; i < 5; i++) await goOn();
    expect([runs, plan.status.waitingFor]).toEqual([0, "the first synchronisation"]);
    expect(benchmarkSummary(plan.status)).toMatchObject({
      state: "waiting",
      reason: "waits for the end of the first synchronisation",
    });
    obstacle = null;
    await goOn();
    expect([runs, plan.status.waitingFor]).toEqual([1, null]);
  });

  test("a result from a busy machine does not replace a good one, and is followed by another try", async () => {
    const plan = schedule();
    await goOn();
    const good = plan.status.result;
    outcome = async () => reportAt(now, busy);
    await goOn();
    expect(plan.status.result).toBe(good);
    expect(plan.status.nextRun).toBe(now + HOUR / 2);
    outcome = null;
    await goOn();
    expect(plan.status.result).not.toBe(good);
  });

  test("a result from a busy machine is better than none", async () => {
    const plan = schedule();
    outcome = async () => reportAt(now, busy);
    await goOn();
    expect(plan.status.result).not.toBeNull();
  });

  test("a failure is told, and leaves the earlier result in force", async () => {
    const earlier = reportAt(START - 100 * HOUR);
    const plan = schedule({ earlier });
    outcome = async () => {
      throw new FluxError("disk-too-full", "too little is free");
    };
    await goOn();
    expect(plan.status).toMatchObject({ result: earlier, failure: "too little is free", nextRun: now + HOUR / 2 });
    expect(benchmarkSummary(plan.status)).toMatchObject({ state: "failed", tier: "STRATUS" });
    outcome = null;
    await goOn();
    expect(plan.status.failure).toBeNull();
  });

  test("a machine that is always busy is measured less and less often, at last as often as any", async () => {
    const plan = schedule();
    outcome = async () => reportAt(now, busy);
    const pauses: number[] = [];
    for (let run = 0; run < 6; run++) {
      await goOn();
      pauses.push(((plan.status.nextRun ?? 0) - now) / HOUR);
    }
    expect(pauses).toEqual([0.5, 1, 2, 4, 6, 6]);
    outcome = null;
    await goOn();
    outcome = async () => reportAt(now, busy);
    await goOn();
    expect(plan.status.nextRun).toBe(now + HOUR / 2);
  });

  test("waits for one that somebody started by hand, which is no failure", async () => {
    const plan = schedule();
    outcome = async () => {
      throw new FluxError("benchmark-running", "another benchmark is under way", { kind: "refused" });
    };
    await goOn();
    expect(plan.status).toMatchObject({ failure: null, waitingFor: "another benchmark", nextRun: now + 60_000 });
    expect(benchmarkSummary(plan.status).state).toBe("waiting");
    outcome = null;
    await goOn();
    expect(plan.status).toMatchObject({ waitingFor: null, nextRun: now + 6 * HOUR });
  });

  test("is ended at once by a stop, without a word of failure", async () => {
    const plan = schedule();
    outcome = untilAborted;
    await goOn();
    expect(plan.status).toMatchObject({ running: true, nextRun: null });
    await plan.stop();
    expect(plan.status).toMatchObject({ running: false, failure: null });
    expect([runs, timer]).toEqual([1, null]);
  });
});

function untilAborted(signal: AbortSignal): Promise<BenchReport> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new FluxError("interrupted", "interrupted")));
  });
}

test("a tier holds for attestors while the next run goes on, and the daemon's answers say that it runs", async () => {
  const plan = schedule();
  const source = benchmarkSource(
    () => plan.status,
    () => "203.0.113.9",
  );
  expect(source.tier).toBeNull();
  await goOn();
  expect(source.tier).toBe(3);
  expect(source.benchmarks()).toMatchObject({ ipaddress: "203.0.113.9", status: "STRATUS", eps: 1600 });
  outcome = untilAborted;
  await goOn();
  expect(source.tier).toBe(3);
  expect(source.benchmarks()).toMatchObject({ status: "running", eps: 0 });
  expect(source.status()).toMatchObject({ status: "online", benchmarking: "running" });
  await plan.stop();
});

test("the summary survives a page", async () => {
  const plan = schedule();
  await goOn();
  const summary = benchmarkSummary(plan.status);
  expect(summary).toMatchObject({ state: "measured", tier: "STRATUS", profile: "operators-2026", reason: null });
  expect(readBenchmarkSummary(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  for (const strange of [undefined, null, 1, "x", {}, { state: "gone" }])
    expect(readBenchmarkSummary(strange)).toBeNull();
});
