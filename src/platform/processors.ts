import { availableParallelism } from "node:os";

/** How many threads can really run at once here, at least 1; respects the affinity mask. */
export function processorCount(): number {
  return Math.max(1, availableParallelism());
}
