import { type BenchReport, type Requirement, standing } from "../../bench/index.ts";
import { fields, table } from "../text-layout.ts";
import { comparedTexts, marginText, measurementText } from "./measurement-text.ts";

const BAR_WIDTH = 20;
const NAMES: Readonly<Record<Requirement["name"], string>> = {
  processors: "processors",
  memory: "memory",
  storage: "storage",
  solidState: "solid-state disk",
  eps: "EPS",
  diskWrite: "disk write",
  bandwidth: "bandwidth",
};

/** The report for people: what was measured, what each tier needs, by how much it passes, and what to change. */
export function reportText(report: BenchReport, wanted: string | undefined): string {
  const { verdict, profile } = report;
  const sections = [fields(measuredLines(report))];
  for (const tier of verdict.tiers) {
    sections.push(`${tier.name}: ${tier.reached ? "reached" : "not reached"}\n${requirementTable(tier.requirements)}`);
  }
  const advice = verdict.tiers
    .find(({ name }) => name === verdict.nextTier)
    ?.requirements.filter(({ result }) => result === "fail")
    .map(({ name, note }) => `to reach ${verdict.nextTier}, ${NAMES[name]}: ${note}`);
  const closing = [
    ...(advice ?? []),
    ...report.warnings.map((warning) => `warning: ${warning}`),
    ...bandwidthNotes(report.bandwidth),
    `profile ${profile.name} (${profile.date})${report.indicative ? "; quick run: only indicative" : ""}`,
    `verdict: ${verdict.tier ?? "no tier"}${verdict.complete ? "" : `, without ${verdict.notMeasured.map((name) => NAMES[name as Requirement["name"]]).join(", ")}`}`,
  ];
  if (wanted !== undefined) closing.push(...wantedLine(verdict, wanted));
  sections.push(closing.join("\n"));
  return sections.join("\n\n");
}

/** How it stands with the tier that was asked for; nothing where the verdict says it all. */
function wantedLine(verdict: BenchReport["verdict"], wanted: string): string[] {
  const result = standing(verdict, wanted);
  if (result === "below") return [`below ${wanted}`];
  const asked = verdict.tiers.find(({ name }) => name === wanted)?.requirements ?? [];
  const left = asked.filter((requirement) => requirement.result === "not measured").map(({ name }) => NAMES[name]);
  if (result === "unknown") return [`${wanted}: unknown, nothing that it asks for was measured`];
  return left.length === 0 ? [] : [`${wanted}: reached as far as measured; not measured: ${left.join(", ")}`];
}

/** Why there is no number, or which peers had none. */
function bandwidthNotes(bandwidth: BenchReport["bandwidth"]): string[] {
  if (bandwidth.status === "not measured") return [`bandwidth not measured: ${bandwidth.reason}`];
  return bandwidth.peers.flatMap((peer) =>
    peer.status === "failed" ? [`bandwidth not measured with ${peer.address}: ${peer.reason}`] : [],
  );
}

function measuredLines({ facts, cpu, memory, disk, bandwidth }: BenchReport): [string, string][] {
  const lines: [string, string][] = [
    ["processor", facts.processorModel ?? "unknown"],
    ["processors", processorText(facts)],
    [
      "memory",
      `${measurementText("memoryBytes", facts.usableMemoryBytes)}${facts.cgroupMemoryBytes === facts.usableMemoryBytes ? " (limit of the control group)" : ""}`,
    ],
    ["runs in", [facts.container, facts.hypervisor].filter((place) => place !== null).join(" on ") || "bare metal"],
    ...(facts.systemModel === null ? [] : [["machine", facts.systemModel] satisfies [string, string]]),
    [
      "disk",
      `${facts.diskDevice ?? facts.fileSystem ?? "unknown"}, ${measurementText("bytes", facts.diskBytes)}, ${measurementText("bytes", facts.freeBytes)} free`,
    ],
  ];
  if (cpu) {
    lines.push([
      "1 thread",
      `${measurementText("eventsPerSecond", cpu.singleThreadEventsPerSecond)} (max prime ${cpu.maxPrime})`,
    ]);
    lines.push([`${cpu.threads} threads`, measurementText("eventsPerSecond", cpu.multiThreadEventsPerSecond)]);
  }
  if (memory) {
    const speed = (value: number) => measurementText("bytesPerSecond", value);
    lines.push([
      "memory speed",
      `read ${speed(memory.readBytesPerSecond)}, write ${speed(memory.writeBytesPerSecond)}, copy ${speed(memory.copyBytesPerSecond)}`,
    ]);
  }
  if (disk) {
    const speed = (value: number | undefined) => measurementText("bytesPerSecond", value ?? null);
    lines.push([
      "disk speed",
      `write ${speed(disk.writeFdatasync.bytesPerSecond)} (fdatasync), ${speed(disk.writeDirect?.bytesPerSecond)} (O_DIRECT), read ${speed(disk.read.bytesPerSecond)}`,
    ]);
    const operations = (value: number | undefined) => measurementText("operationsPerSecond", value ?? null);
    lines.push([
      "random 4 KiB",
      `read ${operations(disk.randomRead4k?.operationsPerSecond)}, write ${operations(disk.randomWrite4k?.operationsPerSecond)}`,
    ]);
    const { p50Millis, p95Millis, p99Millis } = disk.fsync4k;
    const millis = (value: number) => measurementText("millis", value);
    lines.push(["fsync", `median ${millis(p50Millis)}, 95 % ${millis(p95Millis)}, 99 % ${millis(p99Millis)}`]);
  }
  if (bandwidth.status === "measured") lines.push(...bandwidthLines(bandwidth));
  return lines;
}

function bandwidthLines(bandwidth: Extract<BenchReport["bandwidth"], { status: "measured" }>): [string, string][] {
  const rate = (value: number) => measurementText("bitsPerSecond", value);
  const millis = (value: number) => measurementText("millis", value);
  const count = bandwidth.peers.filter((peer) => peer.status === "measured").length;
  const traffic = measurementText("bytes", bandwidth.trafficBytes);
  return [
    ["bandwidth", `down ${rate(bandwidth.downloadBitsPerSecond)}, up ${rate(bandwidth.uploadBitsPerSecond)}`],
    ["latency", `${millis(bandwidth.latencyMillis)}, jitter ${millis(bandwidth.jitterMillis)}`],
    [
      "measured with",
      `${count} ${count === 1 ? "peer" : "peers"}, ${bandwidth.streams} streams, ${traffic} of test data`,
    ],
  ];
}

function processorText(facts: BenchReport["facts"]): string {
  const { affinityThreads, machineThreads, cgroupProcessors } = facts;
  const allowed = affinityThreads < machineThreads ? `, may run on ${affinityThreads}` : "";
  const limits = `${allowed}${cgroupProcessors === null ? "" : `, limit of the control group ${cgroupProcessors}`}`;
  return `${facts.usableProcessors} usable (machine: ${facts.machineThreads} threads, ${facts.machineCores ?? "?"} cores${limits})`;
}

function requirementTable(requirements: readonly Requirement[]): string {
  return table(
    ["", "REQUIRED", "MEASURED", "MARGIN", "", ""],
    requirements.map(({ name, unit, required, measured, margin, result }) => {
      return [
        NAMES[name],
        ...comparedTexts(name === "memory" ? "memoryBytes" : unit, required, measured),
        margin === null ? "" : marginText(margin),
        margin === null ? "" : bar(margin),
        result === "fail" ? "FAILS" : result === "pass" ? "ok" : "not measured",
      ];
    }),
  );
}

/** Half the width is what is required. */
function bar(margin: number): string {
  const filled = Math.round(Math.min(2, Math.max(0, margin + 1)) * (BAR_WIDTH / 2));
  return "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
}
