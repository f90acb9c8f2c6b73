import { readSystemFile } from "./read-system-file.ts";

/** What the control group of this process allows. A container's limits are those of its group and of every group above. */
export interface CgroupLimits {
  /** 1, 2, or null where there are no control groups. */
  readonly version: 1 | 2 | null;
  /** Processors' worth of time, may be fractional; null without a limit. */
  readonly processors: number | null;
  /** Bytes; null without a limit. Where a group is slowed down (memory.high) counts like where it is killed (memory.max). */
  readonly memoryBytes: number | null;
  /** What the limits leave beside what is in use; null without a limit. */
  readonly memoryFreeBytes: number | null;
}

const MOUNT = "/sys/fs/cgroup";
/** The first version writes "no limit" as the largest number of pages that fits into 63 bits. */
const UNLIMITED_BYTES = 2 ** 60;

/** Reads the limits of the first and the second version; where both are mounted the tighter one counts. */
export function readCgroupLimits(root = "/"): CgroupLimits {
  const groups = parseGroups(readSystemFile(root, "/proc/self/cgroup") ?? "");
  const processors: number[] = [];
  const memory: number[] = [];
  const free: number[] = [];
  const addMemory = (limits: readonly (number | null)[], use: () => number) => {
    const limit = smallest(limits.filter((value) => value !== null));
    if (limit === null) return;
    memory.push(limit);
    free.push(Math.max(0, limit - use()));
  };
  const collect = (base: string, path: string, read: (folder: string) => void) => {
    for (const folder of upwards(path)) read(`${base}${folder}`);
  };
  let version: 1 | 2 | null = null;
  if (groups.unified !== undefined) {
    version = 2;
    for (const base of [MOUNT, `${MOUNT}/unified`]) {
      collect(base, groups.unified, (folder) => {
        push(processors, parseCpuMax(readSystemFile(root, `${folder}/cpu.max`)));
        const read = (name: string) => parseBytes(readSystemFile(root, `${folder}/${name}`));
        addMemory([read("memory.max"), read("memory.high")], () =>
          usedBytes(root, folder, "memory.current", "inactive_file"),
        );
      });
    }
  }
  for (const [controllers, path] of groups.controllers) {
    if (controllers.includes("cpu")) {
      version = 1;
      for (const base of [`${MOUNT}/${controllers.join(",")}`, `${MOUNT}/cpu`]) {
        collect(base, path, (folder) => {
          const quota = Number(readSystemFile(root, `${folder}/cpu.cfs_quota_us`) ?? "-1");
          const period = Number(readSystemFile(root, `${folder}/cpu.cfs_period_us`) ?? "0");
          if (quota > 0 && period > 0) processors.push(quota / period);
        });
      }
    }
    if (controllers.includes("memory")) {
      version = 1;
      collect(`${MOUNT}/memory`, path, (folder) =>
        addMemory([parseBytes(readSystemFile(root, `${folder}/memory.limit_in_bytes`))], () =>
          usedBytes(root, folder, "memory.usage_in_bytes", "total_inactive_file"),
        ),
      );
    }
  }
  return {
    version,
    processors: smallest(processors),
    memoryBytes: smallest(memory),
    memoryFreeBytes: smallest(free),
  };
}

function parseGroups(text: string): { unified: string | undefined; controllers: [string[], string][] } {
  let unified: string | undefined;
  const controllers: [string[], string][] = [];
  for (const line of text.split("\n")) {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) continue;
    if (names === "") unified = path;
    else controllers.push([names.split(","), path]);
  }
  return { unified, controllers };
}

/** "/a/b" gives "/a/b", "/a" and "". A path outside the own namespace ("/../x") leaves only what can be seen. */
function upwards(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`).concat("");
}

/** "150000 100000" is one and a half processors, "max 100000" no limit. */
function parseCpuMax(text: string | null): number | null {
  const [quota = "", period = ""] = text?.trim().split(/\s+/) ?? [];
  const share = Number(quota) / Number(period);
  return /^\d+$/.test(quota) && Number.isFinite(share) && share > 0 ? share : null;
}

function parseBytes(text: string | null): number | null {
  const trimmed = text?.trim() ?? "";
  const bytes = Number(trimmed);
  return /^\d+$/.test(trimmed) && bytes < UNLIMITED_BYTES ? bytes : null;
}

/** What a group holds, without the pages of files that the kernel gives away first. */
function usedBytes(root: string, folder: string, total: string, cached: string): number {
  const used = parseBytes(readSystemFile(root, `${folder}/${total}`)) ?? 0;
  const stat = readSystemFile(root, `${folder}/memory.stat`) ?? "";
  return used - Number(new RegExp(`^${cached} (\\d+)$`, "m").exec(stat)?.[1] ?? 0);
}

function push(list: number[], value: number | null): void {
  if (value !== null) list.push(value);
}

function smallest(list: readonly number[]): number | null {
  return list.length === 0 ? null : Math.min(...list);
}
