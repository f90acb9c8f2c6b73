import { type EquihashItem, equihashParametersFor, equihashVerifyBatch } from "../protocol/crypto/index.ts";
import { type BlockHeader, equihashInput } from "../protocol/primitives/index.ts";
import type { Reject } from "../protocol/rules/index.ts";
import type { HeaderEntry } from "./header-entry.ts";

/** What became of headers that were handed in together. */
export interface HeadersOutcome {
  /** The last one that is in the tree now; null if the first one was refused. */
  readonly last: HeaderEntry | null;
  /** How many were not known before. */
  readonly added: number;
  /** Why the one after `last` was refused; null if none was. Those behind it were not looked at. */
  readonly reject: Reject | null;
}

/** Which of the headers have a valid solution, found on the thread pool. Those without a proof of work have none to verify. */
export async function verifySolutions(headers: readonly BlockHeader[]): Promise<ReadonlySet<BlockHeader>> {
  const asked: BlockHeader[] = [];
  const items: EquihashItem[] = [];
  for (const header of headers) {
    if (header.proof.kind !== "pow") continue;
    const { solution } = header.proof;
    const parameters = equihashParametersFor(solution.length);
    if (!parameters) continue;
    asked.push(header);
    items.push({ n: parameters.n, k: parameters.k, input: equihashInput(header), solution });
  }
  if (items.length === 0) return new Set();
  const verdicts = await equihashVerifyBatch(items);
  return new Set(asked.filter((_, i) => verdicts[i] === 1));
}
