import { z } from "zod";
import { tierProfileSchema } from "./tiers/tier-profile.ts";

/** Changes when the shape of the report changes. */
export const REPORT_FORMAT = 1;
/** Changes when numbers of two versions may not be compared any more, because something else is measured. */
export const WORKLOAD_VERSION = 4;

const amount = z.number().min(0);

const transfer = z.strictObject({
  bytes: amount.describe("in all passes over the file"),
  seconds: amount.describe("of all passes"),
  bytesPerSecond: amount.describe("median of the passes"),
  /** Runs of older versions went over the file once. */
  bytesPerSecondOfPasses: z.array(amount).default([]),
});
const latencies = z.strictObject({
  operations: amount,
  seconds: amount,
  operationsPerSecond: amount,
  p50Millis: amount,
  p95Millis: amount,
  p99Millis: amount,
  maxMillis: amount,
});

export const cpuResultSchema = z.strictObject({
  maxPrime: z.int(),
  secondsPerRun: amount,
  threads: z.int(),
  singleThreadEventsPerSecond: amount,
  multiThreadEventsPerSecond: amount,
});
export const memoryResultSchema = z.strictObject({
  bufferBytes: amount,
  readBytesPerSecond: amount,
  writeBytesPerSecond: amount,
  copyBytesPerSecond: amount,
});
export const diskResultSchema = z.strictObject({
  fileBytes: amount,
  writeFdatasync: transfer,
  /** Null where the file system has no O_DIRECT. */
  writeDirect: transfer.nullable(),
  read: transfer,
  randomRead4k: latencies.nullable(),
  randomWrite4k: latencies.nullable(),
  fsync4k: latencies,
});

const peerResult = z.discriminatedUnion("status", [
  z.strictObject({
    address: z.string(),
    status: z.literal("measured"),
    downloadBitsPerSecond: amount,
    uploadBitsPerSecond: amount,
    downloadSeconds: amount.describe("that the rate was taken over, behind the warm-up"),
    uploadSeconds: amount,
    latencyMillis: amount,
    jitterMillis: amount,
  }),
  z.strictObject({ address: z.string(), status: z.literal("failed"), reason: z.string() }),
]);
const bandwidthResult = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("measured"),
    /** Medians over the peers that gave numbers. */
    downloadBitsPerSecond: amount,
    uploadBitsPerSecond: amount,
    latencyMillis: amount.describe("median of round trips while the line was quiet"),
    jitterMillis: amount.describe("their mean distance from it"),
    streams: z.int(),
    warmUpSeconds: amount.describe("not counted, in each direction; less where a limit of bytes ended it early"),
    trafficBytes: amount.describe("test data in both directions"),
    peers: z.array(peerResult),
  }),
  z.strictObject({
    status: z.literal("not measured"),
    reason: z.string(),
    trafficBytes: amount.default(0),
    peers: z.array(peerResult).default([]),
  }),
]);

const requirement = z.strictObject({
  name: z.enum(["processors", "memory", "storage", "solidState", "eps", "diskWrite", "bandwidth"]),
  unit: z.enum(["count", "bytes", "boolean", "eventsPerSecond", "bytesPerSecond", "bitsPerSecond"]),
  required: z.union([z.number(), z.boolean()]),
  measured: z.union([z.number(), z.boolean()]).nullable(),
  /** Measured divided by required, less one; null where that makes no sense. */
  margin: z.number().nullable(),
  result: z.enum(["pass", "fail", "not measured"]),
  /** Why it was not measured, or what to do about a failure. */
  note: z.string().nullable(),
});

export const verdictSchema = z.strictObject({
  /** The highest tier whose requirements all pass as far as they were measured; null for none. */
  tier: z.string().nullable(),
  /** True when nothing that the tier asks for was left out. */
  complete: z.boolean(),
  nextTier: z.string().nullable(),
  /** What keeps the machine from the next tier. */
  blocking: z.array(z.string()),
  notMeasured: z.array(z.string()),
  tiers: z.array(
    z.strictObject({
      name: z.string(),
      reached: z.boolean(),
      eps: amount.nullable(),
      requirements: z.array(requirement),
    }),
  ),
});

export const factsSchema = z.strictObject({
  processorModel: z.string().nullable(),
  machineThreads: z.int(),
  machineCores: z.int().nullable(),
  affinityThreads: z.int(),
  cgroupVersion: z.union([z.literal(1), z.literal(2)]).nullable(),
  cgroupProcessors: z.number().nullable(),
  cgroupMemoryBytes: z.number().nullable(),
  usableProcessors: z.int(),
  machineMemoryBytes: amount,
  availableMemoryBytes: amount,
  usableMemoryBytes: amount,
  container: z.string().nullable(),
  hypervisor: z.string().nullable(),
  /** Runs of older versions do not say. */
  systemModel: z.string().nullable().default(null).describe("maker and model of the machine, as it tells them"),
  diskDirectory: z.string(),
  diskDevice: z.string().nullable(),
  fileSystem: z.string().nullable(),
  diskRotational: z.boolean().nullable(),
  diskBytes: amount,
  fileSystemBytes: amount,
  freeBytes: amount,
});

const load = z.strictObject({
  loadAverage: z.number().nullable(),
  /** Part of all processor time, from 0 to 1, before the first measurement. */
  busyBefore: z.number().nullable(),
  stealBefore: z.number().nullable(),
  /** Part of the time that the hypervisor gave to others while measuring. */
  stealDuring: z.number().nullable(),
  /** Busy time that the measurement with one thread does not explain. */
  othersDuring: z.number().nullable(),
});

/** What `fluxnode bench --json` prints and what is kept in the history. */
export const benchReportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  id: z.int().nullable().describe("number in the history; null if it was not kept"),
  time: z.iso.datetime(),
  programVersion: z.string(),
  programCommit: z.string().nullable(),
  workloadVersion: z.int(),
  indicative: z.boolean().describe("true for --quick: too short to rely on"),
  /** Runs of older versions do not say. */
  scheduled: z.boolean().default(false).describe("true for what a node measured by itself, at low priority"),
  durationSeconds: amount,
  facts: factsSchema,
  load,
  cpu: cpuResultSchema.nullable(),
  memory: memoryResultSchema.nullable(),
  disk: diskResultSchema.nullable(),
  bandwidth: bandwidthResult,
  profile: tierProfileSchema.omit({ tiers: true }),
  verdict: verdictSchema,
  warnings: z.array(z.string()),
});

export type CpuResult = z.infer<typeof cpuResultSchema>;
export type MemoryResult = z.infer<typeof memoryResultSchema>;
export type TransferResult = z.infer<typeof transfer>;
export type DiskResult = z.infer<typeof diskResultSchema>;
export type BandwidthResult = z.infer<typeof bandwidthResult>;
export type PeerResult = z.infer<typeof peerResult>;
export type MachineFacts = z.infer<typeof factsSchema>;
export type MachineLoad = z.infer<typeof load>;
export type Requirement = z.infer<typeof requirement>;
export type Verdict = z.infer<typeof verdictSchema>;
export type BenchReport = z.infer<typeof benchReportSchema>;

/** The JSON Schema of the report, as published in docs/generated/bench.schema.json. */
export function benchReportJsonSchema(): object {
  return { title: "Result of fluxnode bench --json", ...z.toJSONSchema(benchReportSchema) };
}
