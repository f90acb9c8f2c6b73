import { describe, expect, test } from "bun:test";
import { measureDisk } from "../../../src/bench/index.ts";
import type { BenchAddon, DiskTask } from "../../../src/platform/native/index.ts";

const MIB = 2 ** 20;
const job = {
  kind: "disk" as const,
  parent: 1,
  path: "/nowhere",
  fileBytes: 1024 * MIB,
  sequentialSeconds: 20,
  randomSeconds: 1,
  syncSeconds: 1,
};

/** Stands for a disk of such a speed; the page cache takes everything at once, and what is in it has to be written in the end. */
function pretendDisk(bytesPerSecond: number, direct = true) {
  const tasks: DiskTask[] = [];
  const latency = { operations: 1, seconds: 1, p50Seconds: 1, p95Seconds: 1, p99Seconds: 1, maxSeconds: 1 };
  const addon: Partial<BenchAddon> = {
    benchFileOpen: () => 3,
    benchDiskSequential(task) {
      tasks.push(task);
      if (task.direct && !direct) throw Object.assign(new Error("not possible"), { code: "EINVAL" });
      const bytes = task.direct ? Math.min(task.bytes, bytesPerSecond * task.seconds) : task.bytes;
      return { bytes, seconds: bytes / bytesPerSecond };
    },
    benchDiskRandom: (task) => {
      tasks.push(task);
      return latency;
    },
    benchDiskSync: () => latency,
  };
  return { tasks, addon: addon as BenchAddon };
}

describe("the disk", () => {
  test("a fast one gets the whole file, three times", () => {
    const { addon, tasks } = pretendDisk(500 * MIB);
    const result = measureDisk(job, addon, () => {});
    expect(result.writeFdatasync).toMatchObject({ bytes: 3 * job.fileBytes, bytesPerSecond: 500 * MIB });
    expect(tasks.every((task) => task.bytes === job.fileBytes)).toBe(true);
  });

  test("a slow one is done in time, although nothing interrupts the closing fdatasync", () => {
    const { addon, tasks } = pretendDisk(10 * MIB);
    const { writeDirect, writeFdatasync, read } = measureDisk(job, addon, () => {});
    for (const figures of [writeDirect, writeFdatasync, read]) {
      expect(figures?.seconds).toBeLessThanOrEqual(job.sequentialSeconds);
      expect(figures?.bytesPerSecond).toBe(10 * MIB);
    }
    // Only what was written can be read.
    expect(tasks.at(-1)?.bytes).toBe(200 * MIB);
  });

  test("without O_DIRECT what needs it is left out", () => {
    const result = measureDisk(job, pretendDisk(500 * MIB, false).addon, () => {});
    expect([result.writeDirect, result.writeFdatasync.bytesPerSecond]).toEqual([null, 500 * MIB]);
  });
});
