import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../../../vectors/keys");

/** A text file of test/vectors/keys. */
export function readText(name: string): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

/** A JSON file of test/vectors/keys. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readText(name)) as T;
}
