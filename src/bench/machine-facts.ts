import {
  readCgroupLimits,
  readDiskFacts,
  readMemoryFacts,
  readProcessorFacts,
  readVirtualization,
} from "../platform/machine/index.ts";
import type { MachineFacts } from "./report.ts";

/** What the machine has, without measuring anything. @throws FluxError when the directory cannot be looked at */
export function readMachineFacts(directory: string): MachineFacts {
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
    diskDirectory: directory,
    diskDevice: disk.device,
    fileSystem: disk.fileSystem,
    diskRotational: disk.rotational,
    diskBytes: disk.totalBytes,
    fileSystemBytes: disk.fileSystemBytes,
    freeBytes: disk.freeBytes,
  };
}
