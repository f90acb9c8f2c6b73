import {
  type HardwareReport,
  readCgroupLimits,
  readDiskFacts,
  readHardwareReport,
  readMemoryFacts,
  readProcessorFacts,
  readVirtualization,
} from "../platform/machine/index.ts";
import type { MachineFacts } from "./report.ts";

/** Part by which two sources may differ: one counts what is built in, the other what the kernel manages. */
const MEMORY_TOLERANCE = 0.1;

/**
 * What the machine has, without measuring anything, with a sentence for everything in which the sources differ. The kernel and its
 * limits count; the report of systeminformation fills in what the kernel does not tell and is held against the rest.
 *
 * @throws FluxError when the directory cannot be looked at
 */
export async function readMachineFacts(directory: string): Promise<{ facts: MachineFacts; doubts: string[] }> {
  const report = await readHardwareReport();
  const facts = withReport(kernelFacts(directory), report);
  return { facts, doubts: doubtsAbout(facts, report) };
}

/** Fills in what is not known. */
export function withReport(facts: MachineFacts, report: HardwareReport | null): MachineFacts {
  return {
    ...facts,
    processorModel: facts.processorModel ?? report?.processorModel ?? null,
    machineCores: facts.machineCores ?? report?.cores ?? null,
    hypervisor: facts.hypervisor ?? report?.hypervisor ?? null,
    systemModel: report?.systemModel ?? null,
  };
}

/** In what the report contradicts the kernel, in sentences. */
export function doubtsAbout(facts: MachineFacts, report: HardwareReport | null): string[] {
  if (report === null) return ["the hardware could not be asked twice: systeminformation gave no answer in time"];
  const doubts: string[] = [];
  const { threads, cores, memoryBytes } = report;
  if (threads !== null && threads !== facts.machineThreads) {
    doubts.push(
      `systeminformation counts ${threads} threads and the kernel ${facts.machineThreads}; the kernel counts`,
    );
  }
  if (cores !== null && facts.machineCores !== null && cores !== facts.machineCores) {
    doubts.push(`systeminformation counts ${cores} cores and the kernel ${facts.machineCores}; the kernel counts`);
  }
  if (memoryBytes !== null && Math.abs(memoryBytes / facts.machineMemoryBytes - 1) > MEMORY_TOLERANCE) {
    const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    const [told, kernel] = [gibibytes(memoryBytes), gibibytes(facts.machineMemoryBytes)];
    doubts.push(`systeminformation finds ${told} of memory and the kernel ${kernel}; the kernel counts`);
  }
  return doubts;
}

function kernelFacts(directory: string): MachineFacts {
  const limits = readCgroupLimits();
  const processors = readProcessorFacts(limits);
  const memory = readMemoryFacts(limits);
  const disk = readDiskFacts(directory);
  const { container, hypervisor } = readVirtualization();
  return {
    processorModel: processors.model,
    machineThreads: processors.threads,
    machineCores: processors.cores,
    affinityThreads: processors.affinityThreads,
    cgroupVersion: limits.version,
    cgroupProcessors: limits.processors,
    cgroupMemoryBytes: limits.memoryBytes,
    usableProcessors: processors.usable,
    machineMemoryBytes: memory.machineBytes,
    availableMemoryBytes: memory.availableBytes,
    usableMemoryBytes: memory.usableBytes,
    container,
    hypervisor,
    systemModel: null,
    diskDirectory: directory,
    diskDevice: disk.device,
    fileSystem: disk.fileSystem,
    diskRotational: disk.rotational,
    diskBytes: disk.totalBytes,
    fileSystemBytes: disk.fileSystemBytes,
    freeBytes: disk.freeBytes,
  };
}
