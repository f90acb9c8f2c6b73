import type { BenchReport } from "./report.ts";

/** One number of a report, in base units. */
export interface Metric {
  readonly name: string;
  readonly unit: "eventsPerSecond" | "bytesPerSecond" | "bitsPerSecond" | "operationsPerSecond" | "millis";
  readonly value: number;
}

/** The numbers that can be followed over time. */
export function metricsOf({ cpu, memory, disk, bandwidth }: BenchReport): Metric[] {
  const list: Metric[] = [];
  const add = (name: string, unit: Metric["unit"], value: number | undefined) => {
    if (value !== undefined) list.push({ name, unit, value });
  };
  add("cpuSingleThread", "eventsPerSecond", cpu?.singleThreadEventsPerSecond);
  add("cpuMultiThread", "eventsPerSecond", cpu?.multiThreadEventsPerSecond);
  add("memoryRead", "bytesPerSecond", memory?.readBytesPerSecond);
  add("memoryWrite", "bytesPerSecond", memory?.writeBytesPerSecond);
  add("memoryCopy", "bytesPerSecond", memory?.copyBytesPerSecond);
  add("diskWriteFdatasync", "bytesPerSecond", disk?.writeFdatasync.bytesPerSecond);
  add("diskWriteDirect", "bytesPerSecond", disk?.writeDirect?.bytesPerSecond);
  add("diskRead", "bytesPerSecond", disk?.read.bytesPerSecond);
  add("diskRandomRead4k", "operationsPerSecond", disk?.randomRead4k?.operationsPerSecond);
  add("diskRandomWrite4k", "operationsPerSecond", disk?.randomWrite4k?.operationsPerSecond);
  add("diskFsyncP50", "millis", disk?.fsync4k.p50Millis);
  add("diskFsyncP99", "millis", disk?.fsync4k.p99Millis);
  if (bandwidth.status === "measured") {
    add("bandwidthDownload", "bitsPerSecond", bandwidth.downloadBitsPerSecond);
    add("bandwidthUpload", "bitsPerSecond", bandwidth.uploadBitsPerSecond);
    add("bandwidthLatency", "millis", bandwidth.latencyMillis);
    add("bandwidthJitter", "millis", bandwidth.jitterMillis);
  }
  return list;
}

export interface MetricChange {
  readonly name: string;
  readonly unit: Metric["unit"];
  readonly before: number;
  readonly after: number;
  /** after divided by before; null when before is zero. */
  readonly ratio: number | null;
}

/** What both reports have. */
export function compareReports(before: BenchReport, after: BenchReport): MetricChange[] {
  const newer = new Map(metricsOf(after).map((metric) => [metric.name, metric.value]));
  return metricsOf(before).flatMap(({ name, unit, value }) => {
    const other = newer.get(name);
    if (other === undefined) return [];
    return [{ name, unit, before: value, after: other, ratio: value === 0 ? null : other / value }];
  });
}

/** Why the numbers of two reports are not to be held against each other, in words; nothing if they are. */
export function differences(a: BenchReport, b: BenchReport): string[] {
  const list: string[] = [];
  const differ = (
    what: string,
    first: string | number | null | undefined,
    second: string | number | null | undefined,
  ) => {
    if (first != null && second != null && first !== second) list.push(`${what}: ${first} and ${second}`);
  };
  const length = (report: BenchReport) => (report.indicative ? "quick" : "full");
  const priority = (report: BenchReport) => (report.scheduled ? "low (scheduled)" : "usual");
  differ("workload version", a.workloadVersion, b.workloadVersion);
  differ("length", length(a), length(b));
  differ("priority", priority(a), priority(b));
  differ("--max-prime", a.cpu?.maxPrime, b.cpu?.maxPrime);
  differ("threads", a.cpu?.threads, b.cpu?.threads);
  differ("bytes of the test file", a.disk?.fileBytes, b.disk?.fileBytes);
  if (a.disk && b.disk) differ("directory", a.facts.diskDirectory, b.facts.diskDirectory);
  differ("tiers", a.profile.name, b.profile.name);
  return list;
}
