import { TurnTaker } from "../../platform/index.ts";
import { type EquihashItem, equihashParametersFor, equihashVerifyBatch } from "../../protocol/crypto/index.ts";
import { type BlockHeader, equihashInput } from "../../protocol/primitives/index.ts";
import type { Reject } from "../../protocol/rules/index.ts";
import type { ChainEngine } from "../chain-engine.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { HeaderEntry } from "../state/header-entry.ts";
import { type AcceptContext, acceptHeader } from "./accept-block.ts";

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

/**
 * Judges headers that follow each other and puts them into the tree, up to the first that is refused.
 * @param solved those whose solution is known to be valid
 */
export async function addHeaders(
  engine: ChainEngine,
  headers: readonly BlockHeader[],
  solved: ReadonlySet<BlockHeader>,
  context: () => AcceptContext,
): Promise<HeadersOutcome> {
  const { state } = engine;
  const turns = new TurnTaker();
  let added = 0;
  let last: HeaderNode | null = null;
  for (const header of headers) {
    await turns.rest();
    const known = state.tree.get(header.hash) !== undefined;
    const checked = solved.has(header) ? "solution" : "nothing";
    const verdict = acceptHeader(state, header, context(), checked);
    if ("reject" in verdict) return { last, added, reject: verdict.reject };
    last = verdict.node;
    if (!known) added++;
    engine.noteHeader(last);
  }
  // Nothing else would write them before the next block comes.
  if (state.shouldFlush) await engine.flush();
  return { last, added, reject: null };
}
