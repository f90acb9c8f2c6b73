import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../files.ts";
import { isProcessAlive } from "../process-alive.ts";
import { secureRandomBytes } from "../random.ts";
import { removeFile } from "../remove-file.ts";

/** A new path whose name tells which process owns it, so that a later start can tell whether it is still wanted. */
export function pathOfProcess(directory: string, prefix: string): string {
  return join(directory, `${prefix}${process.pid}-${Buffer.from(secureRandomBytes(8)).toString("hex")}.tmp`);
}

/**
 * Removes the files with such names whose process is gone, and returns their paths.
 *
 * @throws FluxError permission-denied …
 */
export function removeAbandonedFiles(directory: string, prefix: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw fileError(error, "list", directory);
  }
  const removed: string[] = [];
  for (const name of names) {
    const [, pid] = name.startsWith(prefix)
      ? (/^(\d{1,10})-[0-9a-f]{16}\.tmp$/.exec(name.slice(prefix.length)) ?? [])
      : [];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    removeFile(join(directory, name));
    removed.push(join(directory, name));
  }
  return removed;
}
