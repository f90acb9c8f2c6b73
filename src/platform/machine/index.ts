// Facts about the machine, from /proc, /sys, the control groups, the system, and a library that asks the usual programs.
export { type CgroupLimits, readCgroupLimits } from "./cgroup-limits.ts";
export { type DiskFacts, deviceNumbers, mountOf, readDiskFacts } from "./disk-facts.ts";
export { type HardwareReport, readHardwareReport } from "./hardware-report.ts";
export { machineAddresses } from "./machine-addresses.ts";
export { type MemoryFacts, readMemoryFacts } from "./memory-facts.ts";
export { type ProcessorFacts, readProcessorFacts } from "./processor-facts.ts";
export { type ProcessorTimes, processorUse, readLoad, readProcessorTimes } from "./processor-times.ts";
export { readVirtualization, type Virtualization } from "./virtualization.ts";
