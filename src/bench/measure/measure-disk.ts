import { systemErrorCode } from "../../platform/index.ts";
import type { BenchAddon, DiskLatencies } from "../../platform/native/index.ts";
import type { DiskResult, TransferResult } from "../report.ts";
import type { Job } from "./job.ts";
import { inPasses } from "./passes.ts";

/** What `dd bs=64k conv=fdatasync` writes, which the official check uses. */
const SYNCED_BLOCK = 64 * 1024;
const DIRECT_BLOCK = 1024 * 1024;
const PAGE = 4096;

/** All measurements on one file, which has no name any more when the first of them starts. */
export function measureDisk(
  job: Extract<Job, { kind: "disk" }>,
  addon: BenchAddon,
  step: (name: string, expectedSeconds: number) => void,
): DiskResult {
  const descriptor = addon.benchFileOpen(job.path);
  let there = PAGE;
  const sequential = (write: boolean, direct: boolean, blockBytes: number, bytes = job.fileBytes) =>
    inPasses(job.sequentialSeconds, (seconds) => {
      const transfer = addon.benchDiskSequential({ descriptor, write, direct, bytes, blockBytes, seconds });
      // A slow disk may not have got to the end of the file; only what is there can be read.
      if (write) there = Math.max(PAGE, transfer.bytes);
      return transfer;
    });

  step("disk, write with O_DIRECT", job.sequentialSeconds);
  const writeDirect = ifDirect(() => sequential(true, true, DIRECT_BLOCK));
  step("disk, write with fdatasync", job.sequentialSeconds);
  const writeFdatasync = sequential(true, false, SYNCED_BLOCK, syncedBytes(job, writeDirect));
  step("disk, read", job.sequentialSeconds);
  const read = sequential(false, writeDirect !== null, Math.min(DIRECT_BLOCK, there), there);
  const random = (write: boolean) =>
    ifDirect(() =>
      inMillis(
        addon.benchDiskRandom({
          descriptor,
          write,
          direct: true,
          bytes: there,
          blockBytes: PAGE,
          seconds: job.randomSeconds,
        }),
      ),
    );
  step("disk, random reads of 4 KiB", job.randomSeconds);
  const randomRead4k = random(false);
  step("disk, random writes of 4 KiB", job.randomSeconds);
  const randomWrite4k = random(true);
  step("disk, fsync", job.syncSeconds);
  const fsync4k = inMillis(
    addon.benchDiskSync({
      descriptor,
      write: true,
      direct: false,
      bytes: there,
      blockBytes: PAGE,
      seconds: job.syncSeconds,
    }),
  );
  return { fileBytes: job.fileBytes, writeFdatasync, writeDirect, read, randomRead4k, randomWrite4k, fsync4k };
}

/**
 * How much is written through the page cache: memory takes a whole file in a moment, and the closing fdatasync, which nothing
 * interrupts, then takes as long as the disk needs. So no more than the disk has just shown to manage in the time.
 */
function syncedBytes(
  { fileBytes, sequentialSeconds }: { fileBytes: number; sequentialSeconds: number },
  direct: TransferResult | null,
): number {
  if (!direct) return fileBytes;
  const most = Math.floor((direct.bytesPerSecond * sequentialSeconds) / SYNCED_BLOCK) * SYNCED_BLOCK;
  return Math.min(fileBytes, Math.max(most, SYNCED_BLOCK));
}

/** Memory file systems and some network ones refuse O_DIRECT. */
function ifDirect<T>(measure: () => T): T | null {
  try {
    return measure();
  } catch (error) {
    if (systemErrorCode(error) === "EINVAL") return null;
    throw error;
  }
}

function inMillis({ operations, seconds, ...latency }: DiskLatencies) {
  return {
    operations,
    seconds,
    operationsPerSecond: seconds > 0 ? operations / seconds : 0,
    p50Millis: latency.p50Seconds * 1000,
    p95Millis: latency.p95Seconds * 1000,
    p99Millis: latency.p99Seconds * 1000,
    maxMillis: latency.maxSeconds * 1000,
  };
}
