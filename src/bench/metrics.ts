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

const PROMETHEUS_UNIT = {
  eventsPerSecond: ["events_per_second", 1],
  bytesPerSecond: ["bytes_per_second", 1],
  bitsPerSecond: ["bits_per_second", 1],
  operationsPerSecond: ["operations_per_second", 1],
  millis: ["seconds", 0.001],
} as const;

/** The text format of Prometheus, for the textfile collector of its node exporter. */
export function prometheusText(report: BenchReport): string {
  const lines = ["# TYPE fluxnode_bench_time_seconds gauge"];
  lines.push(`fluxnode_bench_time_seconds ${Date.parse(report.time) / 1000}`);
  for (const { name, unit, value } of metricsOf(report)) {
    const [suffix, factor] = PROMETHEUS_UNIT[unit];
    const metric = `fluxnode_bench_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${suffix}`;
    lines.push(`# TYPE ${metric} gauge`, `${metric} ${value * factor}`);
  }
  for (const { name, reached } of report.verdict.tiers) {
    lines.push(`fluxnode_bench_tier_reached{profile="${report.profile.name}",tier="${name}"} ${reached ? 1 : 0}`);
  }
  return `${lines.join("\n")}\n`;
}
