import type { CgroupLimits } from "./cgroup-limits.ts";
import { readSystemFile } from "./read-system-file.ts";

/** All in bytes. */
export interface MemoryFacts {
  /** What the kernel manages: some percent less than is built in. */
  readonly machineBytes: number;
  readonly availableBytes: number;
  /** The smaller of machine and control group. */
  readonly usableBytes: number;
}

export function readMemoryFacts(limits: CgroupLimits, root = "/"): MemoryFacts {
  const text = readSystemFile(root, "/proc/meminfo") ?? "";
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  const machineBytes = bytes("MemTotal");
  const usableBytes = Math.min(machineBytes, limits.memoryBytes ?? machineBytes);
  const availableBytes = Math.min(bytes("MemAvailable"), usableBytes, limits.memoryFreeBytes ?? usableBytes);
  return { machineBytes, availableBytes, usableBytes };
}
