import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileError } from "./files.ts";

/**
 * A new empty folder in the system's place for such, for as long as `use` takes.
 * @throws FluxError permission-denied, disk-full …, and what `use` throws
 */
export async function withScratchDirectory<T>(use: (folder: string) => Promise<T>): Promise<T> {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), "fluxnode-"));
  } catch (error) {
    throw fileError(error, "make a folder in", tmpdir());
  }
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
