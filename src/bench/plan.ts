import { FluxError } from "../platform/index.ts";
import type { PeerPlan } from "./bandwidth/measure-peer.ts";

const MEBIBYTE = 2 ** 20;

/** How long and how large everything is. */
export interface BenchPlan {
  readonly cpuSeconds: number;
  readonly memorySeconds: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  readonly sequentialSeconds: number;
  readonly randomSeconds: number;
  readonly syncSeconds: number;
  readonly idleSeconds: number;
  /** Without the number of streams, which is the caller's. */
  readonly bandwidth: Omit<PeerPlan, "streams">;
  /** Of the known peers that answer, so many are measured. */
  readonly bandwidthPeers: number;
}

/** Below three minutes with every limit used up. 1 GiB is what the official check writes. */
export const FULL_PLAN: BenchPlan = {
  cpuSeconds: 20,
  memorySeconds: 1,
  memoryBytes: 256 * MEBIBYTE,
  fileBytes: 1024 * MEBIBYTE,
  sequentialSeconds: 20,
  randomSeconds: 8,
  syncSeconds: 5,
  idleSeconds: 1,
  bandwidth: { warmUpSeconds: 1.5, measuredSeconds: 5, pings: 20, patienceSeconds: 30 },
  bandwidthPeers: 3,
};

/** Below thirty seconds; the file is small enough for caches of disks to show. */
export const QUICK_PLAN: BenchPlan = {
  cpuSeconds: 3,
  memorySeconds: 0.3,
  memoryBytes: 128 * MEBIBYTE,
  fileBytes: 256 * MEBIBYTE,
  sequentialSeconds: 2.5,
  randomSeconds: 1.5,
  syncSeconds: 1.5,
  idleSeconds: 0.5,
  bandwidth: { warmUpSeconds: 0.8, measuredSeconds: 1.5, pings: 10, patienceSeconds: 0 },
  bandwidthPeers: 1,
};

const LEAST_FILE = 64 * MEBIBYTE;
/** Always left free, because other programs on that disk must not notice. */
const RESERVE = 512 * MEBIBYTE;

/**
 * Size of the test file: what is wanted, or less where that would take more than half of the free space.
 *
 * @throws FluxError disk-too-full (refused) when even a small file would
 */
export function testFileBytes(wanted: number, freeBytes: number, directory: string): number {
  const most = Math.floor(Math.min(freeBytes / 2, freeBytes - RESERVE) / MEBIBYTE) * MEBIBYTE;
  if (most >= LEAST_FILE) return Math.min(wanted, most);
  throw new FluxError(
    "disk-too-full",
    `${Math.floor(freeBytes / MEBIBYTE)} MiB are free in ${directory}: too little to measure`,
    {
      kind: "refused",
      hint: "free some space, choose another --datadir, or leave the disk out with --only cpu,memory",
    },
  );
}

/** Two buffers have to fit without driving anything out of memory. */
export function memoryBufferBytes(wanted: number, availableBytes: number): number {
  return Math.max(MEBIBYTE, Math.floor(Math.min(wanted, availableBytes / 8) / MEBIBYTE) * MEBIBYTE);
}
