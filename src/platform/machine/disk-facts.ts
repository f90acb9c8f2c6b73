import { realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileError } from "../files.ts";
import { readSystemFile } from "./read-system-file.ts";

/** The disk that a directory lies on. */
export interface DiskFacts {
  /** Name of the block device ("vda1"); null when the file system has none that can be seen (overlay, network, memory). */
  readonly device: string | null;
  readonly fileSystem: string | null;
  /** The kernel's flag; virtual disks often say true wrongly. Null when unknown. */
  readonly rotational: boolean | null;
  /** Size of the block device if it is known, else of the file system. */
  readonly totalBytes: number;
  readonly fileSystemBytes: number;
  /** What this user may still write. */
  readonly freeBytes: number;
}

/** @throws FluxError not-found, permission-denied … when the directory cannot be looked at */
export function readDiskFacts(directory: string): DiskFacts {
  try {
    const space = statfsSync(directory);
    const mount = mountOf(realpathSync(directory), readSystemFile("/", "/proc/self/mountinfo") ?? "");
    const folder = deviceFolder(BigInt(statSync(directory, { bigint: true }).dev), mount?.source);
    const sectors = folder === null ? Number.NaN : Number(readSystemFile("/", `${folder}/size`));
    const fileSystemBytes = space.blocks * space.bsize;
    return {
      device: folder === null ? null : basename(folder),
      fileSystem: mount?.type ?? null,
      rotational: folder === null ? null : rotational(folder),
      totalBytes: sectors > 0 ? sectors * 512 : fileSystemBytes,
      fileSystemBytes,
      freeBytes: space.bavail * space.bsize,
    };
  } catch (error) {
    throw fileError(error, "look at", directory);
  }
}

/** The mount that a path lies on, from the text of /proc/self/mountinfo; later lines cover earlier ones. */
export function mountOf(path: string, mountInfo: string): { source: string; type: string } | undefined {
  let best: { point: string; source: string; type: string } | undefined;
  for (const line of mountInfo.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const point = left.split(" ")[4]?.replace(/\\040/g, " ");
    const [type, source] = right.split(" ");
    if (point === undefined || type === undefined || source === undefined) continue;
    const covers = point === "/" || path === point || path.startsWith(`${point}/`);
    if (covers && (best === undefined || point.length >= best.point.length)) best = { point, source, type };
  }
  return best && { source: best.source, type: best.type };
}

/** Folder of the block device in /sys. File systems with an anonymous number (btrfs) are found by what was mounted. */
function deviceFolder(number: bigint, source: string | undefined): string | null {
  const numbers = [number];
  try {
    if (source?.startsWith("/dev/")) numbers.push(statSync(source, { bigint: true }).rdev);
  } catch {
    // Inside a container the device file is usually not there.
  }
  for (const candidate of numbers) {
    try {
      return realpathSync(`/sys/dev/block/${deviceNumbers(candidate)}`);
    } catch {
      // Not a block device.
    }
  }
  return null;
}

/** Linux packs 12 + 20 bits of major and minor number in an interleaved way. */
export function deviceNumbers(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** A partition has no queue; its disk, the folder above, has. */
function rotational(folder: string): boolean | null {
  for (const place of [folder, dirname(folder)]) {
    const flag = readSystemFile("/", `${place}/queue/rotational`)?.trim();
    if (flag === "0" || flag === "1") return flag === "1";
  }
  return null;
}
