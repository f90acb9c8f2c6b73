// Facts about the machine, from /proc, /sys, the control groups and the system.
export { type CgroupLimits, readCgroupLimits } from "./cgroup-limits.ts";
export { type DiskFacts, deviceNumbers, mountOf, readDiskFacts } from "./disk-facts.ts";
export { machineAddresses } from "./machine-addresses.ts";
export { type MemoryFacts, readMemoryFacts } from "./memory-facts.ts";
export { type ProcessorFacts, readProcessorFacts } from "./processor-facts.ts";
export { type ProcessorTimes, processorUse, readLoad, readProcessorTimes } from "./processor-times.ts";
export { readVirtualization, type Virtualization } from "./virtualization.ts";
