import { rmSync } from "node:fs";
import { fileError } from "./files.ts";

/**
 * Removes a file; one that is not there is fine.
 *
 * @throws FluxError permission-denied …
 */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw fileError(error, "remove", path);
  }
}

/**
 * Removes a folder with all that is in it; one that is not there is fine.
 *
 * @throws FluxError permission-denied …
 */
export function removeDirectory(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw fileError(error, "remove", path);
  }
}
