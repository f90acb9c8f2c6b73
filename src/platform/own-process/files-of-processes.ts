import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../files.ts";
import { secureRandomBytes } from "../random.ts";
import { removeFile } from "../remove-file.ts";

/** A new path whose name tells people which process made it. */
export function pathOfProcess(directory: string, prefix: string): string {
  return join(directory, `${prefix}${process.pid}-${Buffer.from(secureRandomBytes(8)).toString("hex")}.tmp`);
}

/**
 * Removes all files with such names, and returns their paths. Only for whoever knows that no other process may have one now: the
 * process id in a name says little, because in a container every start may get the same one.
 *
 * @throws FluxError permission-denied …
 */
export function removeFilesOfProcesses(directory: string, prefix: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw fileError(error, "list", directory);
  }
  const removed: string[] = [];
  for (const name of names) {
    if (!name.startsWith(prefix) || !/^\d{1,10}-[0-9a-f]{16}\.tmp$/.test(name.slice(prefix.length))) continue;
    removeFile(join(directory, name));
    removed.push(join(directory, name));
  }
  return removed;
}
