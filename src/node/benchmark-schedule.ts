import { type BenchReport, wasBusy } from "../bench/index.ts";
import { FluxError, type Log, later, repeat } from "../platform/index.ts";

/** What a schedule of benchmarks is made of. */
export interface BenchmarkScheduleOptions {
  /** From one run to the next. */
  readonly intervalMillis: number;
  /** Why it must not measure at this moment; null when it may. */
  readonly obstacle: () => string | null;
  /** Measures and keeps the result in the history; `signal` ends it at once. */
  readonly measure: (signal: AbortSignal) => Promise<BenchReport>;
  /** The newest result to rely on from earlier starts; null for none. */
  readonly earlier: BenchReport | null;
  readonly log: Log;
  /** Milliseconds since 1970, of the machine: the chain's clock may stand still. */
  readonly now?: () => number;
  /** From 0 to below 1: spreads the runs of several nodes on one host. */
  readonly random?: () => number;
  readonly after?: typeof later;
}

/** How it stands with the benchmarks of a node. */
export interface BenchmarkStatus {
  readonly running: boolean;
  /** What the node relies on: the newest run on a quiet machine, or the newest of all if there was none. */
  readonly result: BenchReport | null;
  /** Why the last run gave nothing; null if it did. */
  readonly failure: string | null;
  /** Milliseconds since 1970; null while one is running. */
  readonly nextRun: number | null;
  /** What a run that is due waits for. */
  readonly waitingFor: string | null;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const FIRST_RUN_WITHIN = 15 * SECOND;
const OBSTACLE_PAUSE = 5 * SECOND;
/** After a failure, or a run on a busy machine; doubled each time, because a machine that is always busy must not be measured always. */
const RETRY = 30 * MINUTE;
/** Somebody measures by hand. */
const OTHER_PAUSE = MINUTE;
/** Part by which an interval varies. */
const JITTER = 0.1;

/**
 * Measures the machine again and again while a node runs. A run waits until nothing is in its way, and is given up when something
 * comes into its way. A result from a busy machine is kept in the history but does not replace a better one.
 */
export class BenchmarkSchedule {
  private readonly options: BenchmarkScheduleOptions;
  private readonly now: () => number;
  private readonly after: typeof later;
  private readonly random: () => number;
  private result: BenchReport | null;
  private failure: string | null = null;
  private dueAt: number;
  private waitingFor: string | null = null;
  /** Runs in a row that brought nothing to rely on. */
  private poorRuns = 0;
  private run: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  private cancelTimer: () => void = () => {};
  private stopped = false;

  constructor(options: BenchmarkScheduleOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.after = options.after ?? later;
    this.random = options.random ?? Math.random;
    this.result = options.earlier;
    const begin = this.now() + this.random() * FIRST_RUN_WITHIN;
    // A clock that was set back must not put it off for long.
    const last = Math.min(this.now(), this.result ? Date.parse(this.result.time) : Number.NEGATIVE_INFINITY);
    this.dueAt = Math.max(begin, last + this.varied(options.intervalMillis));
    this.wait();
  }

  get status(): BenchmarkStatus {
    const { result, failure, waitingFor } = this;
    return { running: this.run !== null, result, failure, nextRun: this.run ? null : this.dueAt, waitingFor };
  }

  /** Ends a run that is under way, and plans no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    this.run?.abort.abort();
    await this.run?.ended;
  }

  private wait(): void {
    this.cancelTimer();
    if (!this.stopped) this.cancelTimer = this.after(Math.max(0, this.dueAt - this.now()), () => this.begin());
  }

  private begin(): void {
    if (this.stopped || this.run) return;
    this.waitingFor = this.options.obstacle();
    if (this.waitingFor !== null) {
      this.postpone(OBSTACLE_PAUSE);
      return;
    }
    const abort = new AbortController();
    this.run = { abort, ended: this.carryOut(abort) };
  }

  private async carryOut(abort: AbortController): Promise<void> {
    const { log, measure, obstacle, intervalMillis } = this.options;
    let inTheWay: string | null = null;
    const endWatch = repeat(OBSTACLE_PAUSE, () => {
      inTheWay ??= obstacle();
      if (inTheWay !== null) abort.abort();
    });
    log.info("measuring this machine");
    let pause = this.varied(intervalMillis);
    try {
      const report = await measure(abort.signal);
      if (this.take(report)) this.poorRuns = 0;
      else pause = this.retryPause();
    } catch (error) {
      if (inTheWay !== null) {
        pause = OBSTACLE_PAUSE;
        log.info("given up for now", { because: inTheWay });
      } else if (error instanceof FluxError && error.code === "benchmark-running") {
        pause = OTHER_PAUSE;
        inTheWay = "another benchmark";
      } else {
        pause = this.retryPause();
        if (!this.stopped) this.fail(error);
      }
    }
    endWatch();
    this.run = null;
    this.waitingFor = inTheWay;
    this.postpone(pause);
    if (!this.stopped) log.debug("next run", { time: new Date(this.dueAt).toISOString() });
  }

  /** False for a result that says little. */
  private take(report: BenchReport): boolean {
    this.failure = null;
    const busy = wasBusy(report);
    if (!busy || this.result === null || wasBusy(this.result)) this.result = report;
    const { verdict } = report;
    const fields = { tier: verdict.tier ?? "none", profile: report.profile.name, missing: verdict.blocking.join(",") };
    if (!busy) this.options.log.info("measured", fields);
    else this.options.log.warn("measured on a busy machine: too low to rely on", fields);
    return !busy;
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    const hint = error instanceof FluxError ? error.hint : undefined;
    this.options.log.warn("no benchmark", { error: this.failure, hint });
  }

  private retryPause(): number {
    return this.varied(Math.min(this.options.intervalMillis, RETRY * 2 ** this.poorRuns++));
  }

  private postpone(millis: number): void {
    this.dueAt = this.now() + millis;
    this.wait();
  }

  private varied(millis: number): number {
    return millis * (1 - JITTER + 2 * JITTER * this.random());
  }
}
