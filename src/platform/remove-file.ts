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
