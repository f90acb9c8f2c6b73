import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../../../vectors/shielded");

/** A JSON file of test/vectors/shielded. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as T;
}

/**
 * Rows of a file of the Zcash test vectors: the source, the column names, then the rows. Numbers are given as their digits,
 * because some are above 2^53.
 */
export function readTable(name: string): Record<string, string>[] {
  const quoted = readFileSync(join(FOLDER, name), "utf8").replace(/([[,]\s*)(\d+)(?=\s*[,\]])/g, '$1"$2"');
  const [, [header], ...rows] = JSON.parse(quoted) as [[string], [string], ...string[][]];
  const columns = header.split(", ");
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] as string])));
}

/** A copy with one bit turned. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}
