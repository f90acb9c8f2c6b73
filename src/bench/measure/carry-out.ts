import { FluxError, systemErrorCode } from "../../platform/index.ts";
import { type BenchAddon, benchAddon } from "../../platform/native/index.ts";
import { measureBandwidth } from "../bandwidth/measure-bandwidth.ts";
import type { BandwidthResult, CpuResult, DiskResult, MemoryResult } from "../report.ts";
import { type Job, type JobMessage, jobSchema } from "./job.ts";
import { measureDisk } from "./measure-disk.ts";

/**
 * The body of the measuring process: does what the text of a job asks for and tells about it.
 *
 * @throws FluxError job-invalid when a person calls it by hand
 */
export async function carryOutJob(text: string, tell: (message: JobMessage) => void): Promise<void> {
  const job = parseJob(text);
  try {
    const addon = benchAddon();
    addon.benchDieWithParent(job.parent);
    tell({ result: await measure(job, addon, (step, expectedSeconds) => tell({ step, expectedSeconds })) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ failure: { code: systemErrorCode(error) ?? "failed", message } });
  }
}

function parseJob(text: string): Job {
  try {
    return jobSchema.parse(JSON.parse(text));
  } catch {
    throw new FluxError("job-invalid", "this command is for the program itself", {
      kind: "usage",
      hint: "use: fluxnode bench",
    });
  }
}

type Step = (name: string, expectedSeconds: number) => void;

function measure(
  job: Job,
  addon: BenchAddon,
  step: Step,
): CpuResult | MemoryResult | DiskResult | Promise<BandwidthResult> {
  if (job.kind === "bandwidth") return measureBandwidth(job, (what, seconds) => step(`bandwidth, ${what}`, seconds));
  if (job.kind === "disk") return measureDisk(job, addon, step);
  if (job.kind === "memory") {
    step("memory bandwidth", job.seconds * 3);
    return { bufferBytes: job.bytes, ...addon.benchMemory(job.bytes, job.seconds) };
  }
  const rate = (threads: number) => {
    const { events, seconds } = addon.benchCpu(threads, job.maxPrime, job.seconds);
    return events / seconds;
  };
  step("processor, 1 thread", job.seconds);
  const single = rate(1);
  if (job.threads > 1) step(`processor, ${job.threads} threads`, job.seconds);
  return {
    maxPrime: job.maxPrime,
    secondsPerRun: job.seconds,
    threads: job.threads,
    singleThreadEventsPerSecond: single,
    multiThreadEventsPerSecond: job.threads > 1 ? rate(job.threads) : single,
  };
}
