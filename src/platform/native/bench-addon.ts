/** One measurement of a file; sizes in bytes. */
export interface DiskTask {
  readonly descriptor: number;
  readonly write: boolean;
  /** Past the page cache (O_DIRECT). */
  readonly direct: boolean;
  /** How much of the file is used. */
  readonly bytes: number;
  /** A multiple of 4096, at most 16 MiB. */
  readonly blockBytes: number;
  /** At most this long. */
  readonly seconds: number;
}

export interface DiskTransfer {
  readonly bytes: number;
  readonly seconds: number;
}

export interface DiskLatencies {
  readonly operations: number;
  readonly seconds: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly p99Seconds: number;
  readonly maxSeconds: number;
}

/**
 * The measurements of the addon. They block the calling thread until they are done, so they belong into a process of their own.
 * All throw RangeError for senseless arguments; those on files an Error with `code` (ENOSPC, EINVAL …).
 */
export interface BenchAddon {
  /** The event of `sysbench cpu` 1.0 on `threads` threads; events under way at the end are finished and counted. */
  benchCpu(threads: number, maxPrime: number, seconds: number): { events: number; seconds: number };
  /** One thread over buffers of `bytes`. */
  benchMemory(
    bytes: number,
    secondsPerKind: number,
  ): { readBytesPerSecond: number; writeBytesPerSecond: number; copyBytesPerSecond: number };
  /** Creates a file (mode 0600, must not exist), takes its name away and returns the descriptor. */
  benchFileOpen(path: string): number;
  /** Writing starts with an empty file; the closing fdatasync is part of the time. */
  benchDiskSequential(task: DiskTask): DiskTransfer;
  /** One block after the other at random places. */
  benchDiskRandom(task: DiskTask): DiskLatencies;
  /** One block written and made durable with fsync, again and again; latencies are those of fsync. */
  benchDiskSync(task: DiskTask): DiskLatencies;
  /** From now on the system kills this process when `parent` ends; at once if it has ended already. */
  benchDieWithParent(parent: number): void;
}
