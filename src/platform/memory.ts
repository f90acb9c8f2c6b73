/**
 * Collects garbage now. After a large piece of work has let go of its buffers this keeps the process small; the collector by itself
 * waits until the heap has grown to several times what is in use.
 */
export function releaseMemory(): void {
  Bun.gc(true);
}
