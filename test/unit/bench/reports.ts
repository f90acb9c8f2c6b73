import {
  AREAS,
  type BenchReport,
  builtInProfile,
  judge,
  type MachineFacts,
  type Measured,
} from "../../../src/bench/index.ts";

export const GIB = 2 ** 30;
export const today = builtInProfile("operators-2026");

export function facts(changes: Partial<MachineFacts> = {}): MachineFacts {
  return {
    processorModel: "Example 9000",
    machineThreads: 16,
    machineCores: 8,
    affinityThreads: 16,
    cgroupVersion: 2,
    cgroupProcessors: null,
    cgroupMemoryBytes: null,
    usableProcessors: 16,
    machineMemoryBytes: 62 * GIB,
    availableMemoryBytes: 60 * GIB,
    usableMemoryBytes: 62 * GIB,
    container: null,
    hypervisor: null,
    systemModel: null,
    diskDirectory: "/data",
    diskDevice: "sda1",
    fileSystem: "ext4",
    diskRotational: false,
    diskBytes: 900e9,
    fileSystemBytes: 890e9,
    freeBytes: 800e9,
    ...changes,
  };
}

export const latency = {
  operations: 10,
  seconds: 1,
  operationsPerSecond: 10,
  p50Millis: 0.2,
  p95Millis: 1,
  p99Millis: 2,
  maxMillis: 3,
};

export function measured(changes: Partial<MachineFacts> = {}, rate = 100, write = 500e6): Measured {
  const transfer = { bytes: write, seconds: 1, bytesPerSecond: write, bytesPerSecondOfPasses: [write] };
  return {
    facts: facts(changes),
    areas: AREAS,
    cpu: {
      maxPrime: 60000,
      secondsPerRun: 20,
      threads: 16,
      singleThreadEventsPerSecond: rate,
      multiThreadEventsPerSecond: rate * 15,
    },
    disk: {
      fileBytes: 2 ** 30,
      writeFdatasync: transfer,
      writeDirect: transfer,
      read: transfer,
      randomRead4k: latency,
      randomWrite4k: latency,
      fsync4k: latency,
    },
    bandwidth: { status: "not measured", reason: "no peer", trafficBytes: 0, peers: [] },
  };
}

export const LINE: BenchReport["bandwidth"] = {
  status: "measured",
  downloadBitsPerSecond: 100e6,
  uploadBitsPerSecond: 60e6,
  latencyMillis: 20,
  jitterMillis: 0.5,
  streams: 4,
  warmUpSeconds: 1.5,
  trafficBytes: 130e6,
  peers: [],
};

export function report(rate = 100): BenchReport {
  const { facts, cpu, disk, areas, bandwidth } = measured({}, rate);
  const { tiers: _, ...profile } = today;
  return {
    format: 1,
    id: null,
    time: "2026-09-01T10:00:00.000Z",
    programVersion: "0.1.0",
    programCommit: null,
    workloadVersion: 1,
    indicative: false,
    scheduled: false,
    durationSeconds: 100,
    facts,
    load: { loadAverage: 0, busyBefore: 0, stealBefore: 0, stealDuring: 0, othersDuring: 0 },
    cpu,
    memory: null,
    disk,
    bandwidth,
    profile,
    verdict: judge(today, { facts, areas, cpu, disk, bandwidth }),
    warnings: [],
  };
}
