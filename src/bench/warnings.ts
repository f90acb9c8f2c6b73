import type { BenchReport, DiskResult, MachineFacts, MachineLoad } from "./report.ts";

const BUSY = 0.1;
const STEAL = 0.02;
/** Fastest pass over the file by the slowest one. */
const UNSTEADY = 2;

/** Others worked on the machine or its host, so the numbers are lower than what it can do. */
export function wasBusy({ load }: Pick<BenchReport, "load">): boolean {
  const { busyBefore, othersDuring, stealBefore, stealDuring } = load;
  return Math.max(busyBefore ?? 0, othersDuring ?? 0) > BUSY || Math.max(stealBefore ?? 0, stealDuring ?? 0) > STEAL;
}

/** What makes the numbers doubtful, in sentences. */
export function warningsAbout(
  facts: MachineFacts,
  load: MachineLoad,
  disk: DiskResult | null,
  fileBytesWanted: number,
): string[] {
  const percent = (part: number) => `${(part * 100).toFixed(0)} %`;
  const list: string[] = [];
  if ((load.busyBefore ?? 0) > BUSY) {
    list.push(
      `busy machine: other programs used ${percent(load.busyBefore ?? 0)} of the processors before the first measurement`,
    );
  }
  if ((load.othersDuring ?? 0) > BUSY) {
    list.push(`busy machine: other programs used ${percent(load.othersDuring ?? 0)} of the processors while measuring`);
  }
  if (Math.max(load.stealBefore ?? 0, load.stealDuring ?? 0) > STEAL) {
    const steal = Math.max(load.stealBefore ?? 0, load.stealDuring ?? 0);
    list.push(`busy host: the hypervisor gave ${percent(steal)} of the processor time to other machines`);
  }
  for (const [what, rates] of [
    ["with fdatasync", disk?.writeFdatasync.bytesPerSecondOfPasses ?? []],
    ["with O_DIRECT", disk?.writeDirect?.bytesPerSecondOfPasses ?? []],
  ] as const) {
    const [slowest, fastest] = [Math.min(...rates), Math.max(...rates)];
    if (fastest > UNSTEADY * slowest) {
      const speed = (rate: number) => `${(rate / 2 ** 20).toFixed(0)} MiB/s`;
      list.push(
        `unsteady disk: writing ${what} reached between ${speed(slowest)} and ${speed(fastest)}; others may use it`,
      );
    }
  }
  if (disk && disk.writeDirect === null) {
    list.push(`the file system ${facts.fileSystem ?? ""} has no O_DIRECT: reads may come from memory`);
  }
  if (disk && disk.fileBytes < fileBytesWanted) {
    list.push("the test file is smaller than usual, because little space is free; caches of the disk may show");
  }
  if (disk?.randomRead4k && facts.diskRotational !== null) {
    const quick = disk.randomRead4k.p50Millis < 1.5;
    if (quick === facts.diskRotational) {
      list.push(
        `the kernel calls the disk ${facts.diskRotational ? "rotating" : "solid-state"}, but it answers like a ${quick ? "solid-state" : "rotating"} one; the measurement counts`,
      );
    }
  }
  return list;
}
