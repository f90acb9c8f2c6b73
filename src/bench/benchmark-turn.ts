import { type DataDirectory, FluxError } from "../platform/index.ts";
import { takeFileLock } from "../platform/instance-lock/index.ts";

const LOCK_FILE = ".bench.lock";

/**
 * Two benchmarks at once would measure each other: who has the turn of a data directory measures alone.
 *
 * @returns what ends the turn
 * @throws FluxError benchmark-running (kind "refused")
 */
export function takeBenchmarkTurn(directory: DataDirectory): () => void {
  const end = takeFileLock(directory.file(LOCK_FILE));
  if (end) return end;
  throw new FluxError("benchmark-running", `another benchmark is under way for ${directory.root}`, {
    kind: "refused",
    hint: "wait for its end; it may be the one that a node runs by itself (`fluxnode status` tells)",
  });
}
