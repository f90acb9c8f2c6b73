import { writeSync } from "node:fs";
import { systemErrorCode } from "./errors.ts";
import { fileError } from "./files.ts";

/**
 * Writes everything to stdout (1) or stderr (2) before it returns, so that nothing is lost when the process ends right
 * afterwards. If the reader of a pipe has gone (`| head`) the process ends quietly. What cannot be written to stderr is lost:
 * there is no place left to say so.
 *
 * @throws FluxError disk-full … when stdout is a file that cannot be written
 */
export function writeStandardStream(descriptor: 1 | 2, data: Uint8Array | string): void {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = systemErrorCode(error);
      // A pipe that another program switched to non-blocking and does not read fast enough.
      if (code === "EAGAIN") Bun.sleepSync(5);
      else if (code === "EPIPE") process.exit(descriptor === 1 ? 0 : 1);
      else if (descriptor === 2) return;
      else throw fileError(error, "write", "the standard output");
    }
  }
}
