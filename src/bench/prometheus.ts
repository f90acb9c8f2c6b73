import { metricsOf } from "./metrics.ts";
import type { BenchReport } from "./report.ts";

const UNIT = {
  eventsPerSecond: ["events_per_second", 1],
  bytesPerSecond: ["bytes_per_second", 1],
  bitsPerSecond: ["bits_per_second", 1],
  operationsPerSecond: ["operations_per_second", 1],
  millis: ["seconds", 0.001],
} as const;

/** The text format of Prometheus, for the textfile collector of its node exporter: each metric with its type, its samples together. */
export function prometheusText(report: BenchReport): string {
  const { facts, profile, verdict } = report;
  const lines: string[] = [];
  const gauge = (
    name: string,
    samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
  ) => {
    lines.push(`# TYPE fluxnode_bench_${name} gauge`);
    for (const [labels, value] of samples) lines.push(`fluxnode_bench_${name}${labelText(labels)} ${value}`);
  };
  const plain = (name: string, value: number) => gauge(name, [[{}, value]]);
  plain("time_seconds", Date.parse(report.time) / 1000);
  gauge("info", [
    [
      {
        version: report.programVersion,
        workload: `${report.workloadVersion}`,
        profile: profile.name,
        quick: `${report.indicative}`,
        scheduled: `${report.scheduled}`,
      },
      1,
    ],
  ]);
  plain("usable_processors", facts.usableProcessors);
  plain("usable_memory_bytes", facts.usableMemoryBytes);
  plain("disk_bytes", facts.diskBytes);
  plain("disk_free_bytes", facts.freeBytes);
  for (const { name, unit, value } of metricsOf(report)) {
    const [suffix, factor] = UNIT[unit];
    plain(`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${suffix}`, value * factor);
  }
  gauge(
    "tier_reached",
    verdict.tiers.map(({ name, reached }) => [{ profile: profile.name, tier: name }, reached ? 1 : 0]),
  );
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string) => value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
