import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder in which this executable lies. */
export function programDirectory(): string {
  return dirname(process.execPath);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, or not to be seen by this user, which comes to the same for who wants to run it.
    return false;
  }
}

/** The first of the names that is a regular file (or a link to one) in a folder, as a path; null for none. */
export function findProgram(directory: string, names: readonly string[]): string | null {
  for (const name of names) {
    const path = join(directory, name);
    if (isFile(path)) return path;
  }
  return null;
}
