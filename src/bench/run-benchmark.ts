import { removeFile } from "../platform/index.ts";
import { processorUse, readLoad, readProcessorTimes } from "../platform/machine/index.ts";
import { pathOfProcess, removeFilesOfProcesses } from "../platform/own-process/index.ts";
import type { PeerAddress } from "./bandwidth/ask-challenge.ts";
import { readMachineFacts } from "./machine-facts.ts";
import { interrupted, runJob, type StepListener } from "./measure/run-job.ts";
import { type BenchPlan, FULL_PLAN, memoryBufferBytes, QUICK_PLAN, testFileBytes } from "./plan.ts";
import {
  type BandwidthResult,
  type BenchReport,
  type CpuResult,
  type DiskResult,
  type MemoryResult,
  REPORT_FORMAT,
  WORKLOAD_VERSION,
} from "./report.ts";
import type { TierProfile } from "./tiers/tier-profile.ts";
import { type Area, judge } from "./verdict.ts";
import { warningsAbout } from "./warnings.ts";

export const AREAS: readonly Area[] = ["cpu", "memory", "disk", "bandwidth"];
const FILE_PREFIX = ".fluxnode-bench-";

/** With whom the bandwidth is measured. */
export interface BandwidthOptions {
  /** Asked for by name: all of them. */
  readonly peers: readonly PeerAddress[];
  /** Without those: candidates in random order. */
  readonly known: readonly PeerAddress[];
  /** Why there are no known ones. */
  readonly whyNone: string;
  readonly streams: number;
  /** In all; null for no limit. */
  readonly maxTrafficBytes: number | null;
}

export interface BenchOptions {
  /** Where the test file goes; must exist. */
  readonly directory: string;
  readonly profile: TierProfile;
  readonly areas: readonly Area[];
  readonly quick: boolean;
  /** Default: the processors that can be used. */
  readonly threads: number | undefined;
  readonly maxPrime: number;
  /** Seconds of each run of the processor; default by plan. */
  readonly cpuSeconds: number | undefined;
  readonly bandwidth: BandwidthOptions;
  /** A node measures by itself: everything else on the machine goes first. */
  readonly scheduled?: boolean;
  readonly programVersion: string;
  readonly programCommit: string | null;
}

/**
 * Measures this machine and judges it. Every measurement runs in a process of its own; `signal` ends it at once. The caller has
 * the turn of the directory ({@link takeBenchmarkTurn}): test files that are found there belong to nobody.
 *
 * @throws FluxError interrupted, disk-too-full, disk-full, measurement-failed
 */
export async function runBenchmark(
  options: BenchOptions,
  onStep: StepListener,
  signal: AbortSignal,
): Promise<BenchReport> {
  const begin = performance.now();
  const time = new Date().toISOString();
  const plan: BenchPlan = options.quick ? QUICK_PLAN : FULL_PLAN;
  removeFilesOfProcesses(options.directory, FILE_PREFIX);
  const { facts, doubts } = await readMachineFacts(options.directory);
  if (signal.aborted) throw interrupted();
  const wants = (area: Area) => options.areas.includes(area);
  // Asked before anything takes its time.
  const fileBytes = wants("disk") ? testFileBytes(plan.fileBytes, facts.freeBytes, options.directory) : 0;

  const loadAverage = readLoad();
  const start = readProcessorTimes();
  onStep("watching the idle machine", plan.idleSeconds);
  await pause(plan.idleSeconds, signal);
  if (signal.aborted) throw interrupted();
  const before = readProcessorTimes();
  const idle = processorUse(start, before);

  const parent = process.pid;
  const lowPriority = options.scheduled === true;
  let cpu: CpuResult | null = null;
  let othersDuring: number | null = null;
  if (wants("cpu")) {
    const threads = options.threads ?? facts.usableProcessors;
    const seconds = options.cpuSeconds ?? plan.cpuSeconds;
    let runs = 0;
    let single = readProcessorTimes();
    const watch: StepListener = (step, expected) => {
      if (runs++ === 0) single = readProcessorTimes();
      else othersDuring = othersBeside(single, facts.machineThreads);
      onStep(step, expected);
    };
    const job = { kind: "cpu", parent, threads, maxPrime: options.maxPrime, seconds } as const;
    cpu = await runJob<CpuResult>(job, watch, signal, lowPriority);
    if (runs === 1) othersDuring = othersBeside(single, facts.machineThreads);
  }
  let memory: MemoryResult | null = null;
  if (wants("memory")) {
    const bytes = memoryBufferBytes(plan.memoryBytes, facts.availableMemoryBytes);
    const job = { kind: "memory", parent, bytes, seconds: plan.memorySeconds } as const;
    memory = await runJob<MemoryResult>(job, onStep, signal, lowPriority);
  }
  const disk = wants("disk") ? await measureDisk(options, fileBytes, plan, onStep, signal) : null;
  const bandwidth = wants("bandwidth")
    ? await bandwidthWith(options, plan, onStep, signal)
    : notMeasured("it was left out");
  if (signal.aborted) throw interrupted();

  const during = processorUse(before, readProcessorTimes());
  const load = {
    loadAverage,
    busyBefore: idle?.busy ?? null,
    stealBefore: idle?.steal ?? null,
    stealDuring: during?.steal ?? null,
    othersDuring,
  };
  const { tiers: _, ...profile } = options.profile;
  return {
    format: REPORT_FORMAT,
    id: null,
    time,
    programVersion: options.programVersion,
    programCommit: options.programCommit,
    workloadVersion: WORKLOAD_VERSION,
    indicative: options.quick,
    scheduled: options.scheduled === true,
    durationSeconds: (performance.now() - begin) / 1000,
    facts,
    load,
    cpu,
    memory,
    disk,
    bandwidth,
    profile,
    verdict: judge(options.profile, { facts, areas: options.areas, cpu, disk, bandwidth }),
    warnings: [...warningsAbout(facts, load, disk, plan.fileBytes), ...doubts],
  };
}

async function measureDisk(
  { directory, scheduled }: BenchOptions,
  fileBytes: number,
  plan: BenchPlan,
  onStep: StepListener,
  signal: AbortSignal,
): Promise<DiskResult> {
  const path = pathOfProcess(directory, FILE_PREFIX);
  const { sequentialSeconds, randomSeconds, syncSeconds } = plan;
  const parent = process.pid;
  try {
    return await runJob<DiskResult>(
      { kind: "disk", parent, path, fileBytes, sequentialSeconds, randomSeconds, syncSeconds },
      onStep,
      signal,
      scheduled,
    );
  } finally {
    // Killed between creating it and taking its name away.
    removeFile(path);
  }
}

function bandwidthWith(
  { bandwidth: { peers, known, whyNone, streams, maxTrafficBytes }, scheduled }: BenchOptions,
  plan: BenchPlan,
  onStep: StepListener,
  signal: AbortSignal,
): Promise<BandwidthResult> | BandwidthResult {
  if (peers.length + known.length === 0) return notMeasured(whyNone);
  const job = { kind: "bandwidth", parent: process.pid, peers, known, wanted: plan.bandwidthPeers } as const;
  const peerPlan = { ...plan.bandwidth, streams };
  return runJob<BandwidthResult>(
    { ...job, peers: [...peers], known: [...known], plan: peerPlan, maxTrafficBytes },
    onStep,
    signal,
    scheduled,
  );
}

function notMeasured(reason: string): BandwidthResult {
  return { status: "not measured", reason, trafficBytes: 0, peers: [] };
}

/** Part of all processors that others used while one thread measured. */
function othersBeside(start: ReturnType<typeof readProcessorTimes>, threads: number): number | null {
  const use = processorUse(start, readProcessorTimes());
  return use === null ? null : Math.max(0, use.busy - use.steal - 1 / threads);
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
