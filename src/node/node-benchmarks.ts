import {
  AREAS,
  BenchHistory,
  type BenchReport,
  chooseTierProfile,
  runBenchmark,
  TIER_MAX_PRIME,
  type TierProfile,
  takeBenchmarkTurn,
  wasBusy,
} from "../bench/index.ts";
import type { BenchmarkSource } from "../fluxnode/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { createDataDirectory, type Log, processorCount } from "../platform/index.ts";
import { BenchmarkSchedule, type BenchmarkStatus } from "./benchmark-schedule.ts";
import { benchmarkSource } from "./benchmark-source.ts";
import { fluxnodeAddressText } from "./fluxnode-address.ts";
import { openNodeDatabase } from "./node-database.ts";
import { type ScheduledBandwidthOptions, scheduledBandwidth } from "./scheduled-bandwidth.ts";

/** One official page says that benchmarks run every six hours. */
const USUAL_HOURS = 6;
const HOUR_MILLIS = 3_600_000;
/** As far back as a result is looked for that was measured in quiet. */
const LOOK_BACK = 50;

export interface NodeBenchmarksOptions extends ScheduledBandwidthOptions {
  /** Root of the data directory: what is measured is the machine, whichever network the node is of. */
  readonly root: string;
  readonly settings: ScheduledBandwidthOptions["settings"] &
    Pick<Settings, "benchInterval" | "benchProfile" | "attestor">;
  /** Threads that look for blocks; null for none, negative for one per processor. */
  readonly miningThreads: () => number | null;
  readonly version: string;
  readonly commit: string | null;
  readonly log: Log;
}

/** The benchmarks that a node runs by itself. */
export interface NodeBenchmarks {
  readonly status: BenchmarkStatus;
  /** For the attestor, and for calls meant for the benchmark daemon. */
  readonly source: BenchmarkSource;
  stop(): Promise<void>;
}

/**
 * Starts to measure the machine of a fluxnode on a schedule; null if it must not. Where the official benchmark daemon attests, it
 * is left alone: the two would measure each other.
 *
 * @throws FluxError profile-unknown, profile-invalid, not-found, and those of openDatabase
 */
export function startBenchmarks(options: NodeBenchmarksOptions): NodeBenchmarks | null {
  const { settings, root, log } = options;
  const measuredByOther = settings.attestor === "external" && !options.chain.view.params.rules.benchmarkBypass;
  const hours = settings.benchInterval ?? (measuredByOther ? 0 : USUAL_HOURS);
  if (hours === 0) return null;
  const profile = chooseTierProfile(settings.benchProfile);
  const directory = createDataDirectory(root, "main");
  const database = openNodeDatabase(directory);
  const history = new BenchHistory(database);
  const schedule = new BenchmarkSchedule({
    intervalMillis: hours * HOUR_MILLIS,
    obstacle: () => obstacle(options),
    measure: (signal) => measure(options, profile, history, signal),
    earlier: history.list(LOOK_BACK).find((report) => isReliable(report, profile)) ?? null,
    log,
  });
  return {
    get status() {
      return schedule.status;
    },
    source: benchmarkSource(
      () => schedule.status,
      () => fluxnodeAddressText(settings.fluxnodeAddress),
    ),
    async stop() {
      await schedule.stop();
      database.close();
    },
  };
}

async function measure(
  options: NodeBenchmarksOptions,
  profile: TierProfile,
  history: BenchHistory,
  signal: AbortSignal,
): Promise<BenchReport> {
  const { root, version, commit, log } = options;
  const directory = createDataDirectory(root, "main");
  const endTurn = takeBenchmarkTurn(directory);
  try {
    const report = await runBenchmark(
      {
        directory: directory.networkFolder,
        profile,
        areas: AREAS,
        quick: false,
        threads: undefined,
        maxPrime: TIER_MAX_PRIME,
        cpuSeconds: undefined,
        bandwidth: await scheduledBandwidth(options),
        scheduled: true,
        programVersion: version,
        programCommit: commit,
      },
      () => {},
      signal,
    );
    const kept = history.keep(report);
    if (kept.id === null) log.warn("this benchmark is not in the history", { because: kept.warnings.at(-1) });
    return kept;
  } finally {
    endTurn();
  }
}

function obstacle({ chain, miningThreads }: NodeBenchmarksOptions): string | null {
  const { view } = chain;
  if (view.initialDownload || view.tip.chainWork < view.params.minimumChainWork) return "the first synchronisation";
  const threads = miningThreads();
  if (threads !== null && (threads < 0 || threads >= processorCount())) return "mining with all processors";
  return null;
}

/** Whole, measured in quiet, by the same tiers. */
function isReliable(report: BenchReport, profile: TierProfile): boolean {
  const whole = report.cpu?.maxPrime === TIER_MAX_PRIME && report.memory !== null && report.disk !== null;
  return whole && !report.indicative && !wasBusy(report) && report.profile.name === profile.name;
}
