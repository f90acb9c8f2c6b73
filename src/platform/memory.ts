import { fullGC } from "bun:jsc";

/**
 * Collects garbage now. After a large piece of work has let go of its buffers this keeps the process small; the collector by itself
 * waits until the heap has grown to several times what is in use, and then stops the program for longer. What was found to be free is
 * given back bit by bit later.
 */
export function releaseMemory(): void {
  fullGC();
}
