import { processorCount } from "../processors.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import { readSystemFile } from "./read-system-file.ts";

export interface ProcessorFacts {
  readonly model: string | null;
  /** Threads (virtual processors) that the machine has. */
  readonly threads: number;
  /** Physical cores; null where the kernel does not tell. */
  readonly cores: number | null;
  /** Threads that this process may run on. */
  readonly affinityThreads: number;
  /** Whole processors that can be used: affinity and control group counted, at least 1. */
  readonly usable: number;
}

/** @param affinityThreads by default those of this process */
export function readProcessorFacts(
  limits: CgroupLimits,
  root = "/",
  affinityThreads: number = processorCount(),
): ProcessorFacts {
  const { model, threads, cores } = parseCpuInfo(readSystemFile(root, "/proc/cpuinfo") ?? "");
  // A container whose limits lie in a group above what it can see (LXC, OpenVZ) is shown as many processors as it may use.
  const shown = threads === 0 ? affinityThreads : threads;
  const allowed = Math.min(affinityThreads, shown, limits.processors ?? Number.POSITIVE_INFINITY);
  return {
    model,
    threads: Math.max(threads, affinityThreads),
    cores,
    affinityThreads,
    // Half a processor more than a whole one does not run one more thread at full speed.
    usable: Math.max(1, Math.floor(allowed)),
  };
}

/** The kernel writes one paragraph for each thread; on arm64 it names neither model nor cores. */
function parseCpuInfo(text: string): { model: string | null; threads: number; cores: number | null } {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => /^processor\s*:/m.test(paragraph));
  const field = (paragraph: string, name: string) => new RegExp(`^${name}\\s*:\\s*(.*)$`, "m").exec(paragraph)?.[1];
  const cores = new Set<string>();
  for (const paragraph of paragraphs) {
    const core = field(paragraph, "core id");
    if (core !== undefined) cores.add(`${field(paragraph, "physical id") ?? 0}/${core}`);
  }
  return {
    model: field(paragraphs[0] ?? "", "model name")?.trim() || null,
    threads: paragraphs.length,
    cores: cores.size === 0 ? null : cores.size,
  };
}
