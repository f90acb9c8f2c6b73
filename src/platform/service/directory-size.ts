import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const BLOCK = 512;

/** Bytes on disk of the files below a folder; what cannot be seen, or disappears while it is looked at, counts nothing. */
export function directorySize(folder: string): number {
  let size = 0;
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status) continue;
    size += status.isDirectory() ? directorySize(path) : status.blocks * BLOCK;
  }
  return size;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
