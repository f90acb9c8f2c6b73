import { FluxError } from "../../platform/index.ts";

/**
 * What everybody is told of a chain whose snapshot turned out to be wrong.
 * @param path of chain.db
 * @param problem what the blocks below the snapshot show
 */
export function snapshotRefuted(path: string, problem: string): FluxError {
  return new FluxError("snapshot-refuted", `the snapshot that the chain in ${path} began with is wrong: ${problem}`, {
    kind: "refused",
    hint:
      "nothing that this node says of the chain can be relied on, and nothing was deleted. Stop it, move chain.db away and start it again: " +
      "it builds the chain anew from the blocks that it has and gets the rest from its peers. Do not use this snapshot again",
  });
}
