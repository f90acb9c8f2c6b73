import { readdirSync, readFileSync } from "node:fs";

/**
 * A file of /proc or /sys; null if it is not there or may not be read, which is ordinary: what the kernel offers differs by version,
 * architecture and container.
 *
 * @param root what stands for "/", so that recorded machines can be read
 */
export function readSystemFile(root: string, path: string): string | null {
  try {
    return readFileSync(`${root === "/" ? "" : root}${path}`, "utf8");
  } catch {
    return null;
  }
}

/** Names in a folder of /sys, sorted; none if it cannot be read. */
export function listSystemFolder(root: string, path: string): string[] {
  try {
    return readdirSync(`${root === "/" ? "" : root}${path}`).sort();
  } catch {
    return [];
  }
}
