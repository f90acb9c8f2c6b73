import type { BenchReport } from "./report.ts";
import { isSolidState } from "./verdict.ts";

/** What the benchmark daemon answers to `getbenchmarks` (spec benchmarks.md 4.1), in its order. */
export interface DaemonBenchmarks {
  readonly ipaddress: string;
  /** "amd64", "arm64" or "". */
  readonly architecture: string;
  readonly armboard: string;
  /** The highest tier reached, "running" or "failed". */
  readonly status: string;
  /** Unix time of the result in seconds. */
  readonly time: number;
  /** Threads. */
  readonly cores: number;
  /** GiB with one decimal. */
  readonly ram: number;
  /** GB. */
  readonly ssd: number;
  readonly hdd: number;
  /** MiB/s, as its limits are. */
  readonly ddwrite: number;
  readonly totalstorage: number;
  readonly disksinfo: readonly { readonly disk: string; readonly size: number; readonly writespeed: number }[];
  readonly eps: number;
  readonly eps_singlethread: number;
  readonly eps_multithread: number;
  /** Milliseconds. */
  readonly ping: number;
  /** Mbit/s. */
  readonly download_speed: number;
  readonly upload_speed: number;
  readonly bench_version: string;
  readonly speed_version: string;
  readonly systemsecure: boolean;
  readonly error: string;
}

/** How far a machine is with its benchmarks. */
export interface BenchmarkStanding {
  /** Public address of the node, with its API port where that is not the usual one; "" while unknown. */
  readonly address: string;
  /** As Node.js names it: "x64", "arm64" … */
  readonly architecture: string;
  readonly running: boolean;
  readonly report: BenchReport | null;
  /** Why the last run gave nothing; null if it did. */
  readonly failure: string | null;
}

const NO_VERSION = "0.0.0";

/** While a benchmark runs, and before the first, all numbers are zero. */
const NO_BENCHMARK = {
  time: 0,
  cores: 0,
  ram: 0,
  ssd: 0,
  hdd: 0,
  ddwrite: 0,
  totalstorage: 0,
  disksinfo: [],
  eps: 0,
  eps_singlethread: 0,
  eps_multithread: 0,
  ping: 0,
  download_speed: 0,
  upload_speed: 0,
  bench_version: NO_VERSION,
  speed_version: NO_VERSION,
} as const;

/**
 * A result in the format of the benchmark daemon. What its sources leave open: storage is in GB (10^9) and writing in MiB/s, the
 * units in which its limits are met; `eps` is that of the tier reached, or of the lowest one; the versions are this program's.
 */
export function daemonBenchmarks(standing: BenchmarkStanding): DaemonBenchmarks {
  const { address, running, report } = standing;
  const [status, error] = stateOf(standing);
  return {
    ipaddress: address,
    architecture: architectureName(standing.architecture),
    armboard: "",
    status,
    ...(running || report === null ? NO_BENCHMARK : figures(report)),
    systemsecure: false,
    error,
  };
}

function stateOf({ running, report, failure }: BenchmarkStanding): [status: string, error: string] {
  if (running) return ["running", ""];
  if (report !== null) return [report.verdict.tier ?? "failed", objection(report)];
  return failure === null ? ["running", ""] : ["failed", `Error: ${failure}`];
}

/** What the benchmark daemon answers to `getstatus` (spec benchmarks.md 4.2). */
export interface DaemonStatus {
  readonly status: "online";
  /** As in {@link DaemonBenchmarks.status}. */
  readonly benchmarking: string;
  /** The programs that serve applications: one executable cannot lose them. */
  readonly flux: "connected";
  readonly systemsecure: boolean;
}

export function daemonStatus(standing: BenchmarkStanding): DaemonStatus {
  const benchmarking = daemonBenchmarks(standing).status;
  return { status: "online", benchmarking, flux: "connected", systemsecure: false };
}

function figures(report: BenchReport) {
  const { facts, cpu, disk, bandwidth, verdict } = report;
  const size = rounded(facts.diskBytes / 1e9, 2);
  const solid = isSolidState(facts, disk) === true;
  const ddwrite = rounded((disk?.writeFdatasync.bytesPerSecond ?? 0) / 2 ** 20, 2);
  const scored = verdict.tiers.find(({ name }) => name === verdict.tier) ?? verdict.tiers[0];
  const line = bandwidth.status === "measured" ? bandwidth : null;
  return {
    time: Math.floor(Date.parse(report.time) / 1000),
    cores: facts.usableProcessors,
    ram: rounded(facts.usableMemoryBytes / 2 ** 30, 1),
    ssd: solid ? size : 0,
    hdd: solid ? 0 : size,
    ddwrite,
    totalstorage: size,
    disksinfo: [{ disk: facts.diskDevice ?? facts.fileSystem ?? "", size, writespeed: ddwrite }],
    eps: rounded(scored?.eps ?? 0, 2),
    eps_singlethread: rounded(cpu?.singleThreadEventsPerSecond ?? 0, 2),
    eps_multithread: rounded(cpu?.multiThreadEventsPerSecond ?? 0, 2),
    ping: rounded(line?.latencyMillis ?? 0, 3),
    download_speed: (line?.downloadBitsPerSecond ?? 0) / 1e6,
    upload_speed: (line?.uploadBitsPerSecond ?? 0) / 1e6,
    bench_version: report.programVersion,
    speed_version: line ? report.programVersion : NO_VERSION,
  };
}

/** Why no tier is reached, and what was not measured; "" if there is nothing to say. */
function objection({ verdict, bandwidth }: BenchReport): string {
  const parts: string[] = [];
  if (verdict.tier === null) parts.push(`below ${verdict.nextTier ?? "every tier"}: ${verdict.blocking.join(", ")}`);
  if (bandwidth.status === "not measured") parts.push(`bandwidth not measured: ${bandwidth.reason}`);
  return parts.length === 0 ? "" : `Error: ${parts.join("; ")}`;
}

function architectureName(name: string): string {
  return name === "x64" ? "amd64" : name === "arm64" ? "arm64" : "";
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
