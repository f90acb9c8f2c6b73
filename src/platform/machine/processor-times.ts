import { readSystemFile } from "./read-system-file.ts";

/** How the processors spent their time since the machine started, in ticks summed over all of them. */
export interface ProcessorTimes {
  readonly total: number;
  readonly idle: number;
  /** Time that the hypervisor gave to others while this machine wanted to run. */
  readonly steal: number;
}

/** Null where /proc/stat cannot be read. */
export function readProcessorTimes(root = "/"): ProcessorTimes | null {
  const line = /^cpu +(.*)$/m.exec(readSystemFile(root, "/proc/stat") ?? "")?.[1];
  if (line === undefined) return null;
  // user nice system idle iowait irq softirq steal; guest times that follow are part of user.
  const ticks = line.split(/\s+/).map(Number).slice(0, 8);
  if (ticks.length < 4 || ticks.some((value) => !Number.isFinite(value))) return null;
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { total, idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), steal: ticks[7] ?? 0 };
}

/** Busy and stolen part of all processors between two readings, each from 0 to 1; null when no time has passed. */
export function processorUse(
  before: ProcessorTimes | null,
  after: ProcessorTimes | null,
): { busy: number; steal: number } | null {
  if (before === null || after === null) return null;
  const total = after.total - before.total;
  if (!(total > 0)) return null;
  const part = (value: number) => Math.min(1, Math.max(0, value / total));
  return { busy: part(total - (after.idle - before.idle)), steal: part(after.steal - before.steal) };
}

/** Average number of runnable threads over the last minute; null if unknown. */
export function readLoad(root = "/"): number | null {
  const load = Number.parseFloat(readSystemFile(root, "/proc/loadavg") ?? "");
  return Number.isFinite(load) ? load : null;
}
