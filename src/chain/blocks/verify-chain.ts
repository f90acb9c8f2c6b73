import { TurnTaker } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import { checkBlock } from "../../protocol/rules/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import { SNAPSHOT_BASE } from "../snapshot/index.ts";
import type { ChainState } from "../state/chain-state.ts";
import { Connection } from "./connect-block.ts";
import { disconnectTip } from "./disconnect-block.ts";
import { PRUNE_HEIGHT } from "./prune-blocks.ts";
import { verifyBatch } from "./verify-batch.ts";

/** What a look through the stored chain found. */
export interface VerifyReport {
  /** Blocks that were read and checked. */
  readonly blocks: number;
  /** Blocks that were taken off and, at level 4, connected again. */
  readonly replayed: number;
  /** The first block with something wrong, from the tip down. */
  readonly problem: { readonly height: number; readonly hash: Uint8Array; readonly what: string } | null;
}

/** Levels of checking; each includes the ones before. */
export const VerifyLevel = { read: 0, rules: 1, undo: 2, disconnect: 3, reconnect: 4 } as const;

type Problem = NonNullable<VerifyReport["problem"]>;

function problem(node: HeaderNode, what: string): Problem {
  return { height: node.height, hash: node.hash, what };
}

function look(state: ChainState, node: HeaderNode, level: number): Problem | null {
  try {
    const block = state.requireBlock(node);
    if (!equalBytes(block.header.hash, node.hash)) return problem(node, "its stored bytes are those of another block");
    if (level >= VerifyLevel.rules) {
      const context = { tipHeight: state.active.height, adjustedTime: state.clock.now(), nodes: null };
      const broken = checkBlock(block, state.params, context);
      if (broken) return problem(node, broken.reason || broken.rule);
    }
    if (level >= VerifyLevel.undo && node.parent && !state.undo(node))
      return problem(node, "its undo record is missing");
    return null;
  } catch (error) {
    return problem(node, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Checks the last `depth` blocks of the active chain (0: all that are stored), a few at a time, so that others get their turn. From level
 * 3 on blocks are disconnected in memory, as many as fit there: the state must be one that nobody else looks at, and is of no use
 * afterwards.
 */
export async function verifyChain(state: ChainState, level: number, depth: number): Promise<VerifyReport> {
  const tip = state.active.tip as HeaderNode;
  const base = state.store.meta(SNAPSHOT_BASE) as number | undefined;
  const pruned = state.store.meta(PRUNE_HEIGHT) as number | undefined;
  // What a snapshot stands for cannot be looked at, nor what was pruned.
  const first = Math.max(base === undefined ? 0 : base + 1, pruned ?? 0);
  const lowest = Math.max(first, depth === 0 ? 0 : tip.height - depth + 1);
  const turns = new TurnTaker();
  let blocks = 0;
  for (let node: HeaderNode | null = tip; node && node.height >= lowest; node = node.parent) {
    await turns.rest();
    const found = look(state, node, level);
    if (found) return { blocks, replayed: 0, problem: found };
    blocks++;
  }
  if (level < VerifyLevel.disconnect) return { blocks, replayed: 0, problem: null };
  return { blocks, ...(await replay(state, lowest, level, turns)) };
}

async function replay(
  state: ChainState,
  lowest: number,
  level: number,
  turns: TurnTaker,
): Promise<Omit<VerifyReport, "blocks">> {
  const removed: HeaderNode[] = [];
  while (state.active.height >= Math.max(1, lowest) && !state.holdsMuch) {
    await turns.rest();
    const node = state.active.tip as HeaderNode;
    try {
      disconnectTip(state);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return { replayed: removed.length, problem: problem(node, `it cannot be disconnected: ${what}`) };
    }
    removed.push(node);
  }
  const replayed = removed.length;
  if (level < VerifyLevel.reconnect) return { replayed, problem: null };
  for (let node = removed.pop(); node; node = removed.pop()) {
    await turns.rest();
    const connection = new Connection(state, node, state.requireBlock(node), true);
    const broken = connection.apply();
    const invalid = await verifyBatch(connection.batch);
    const refused = invalid >= 0 ? connection.rejectOfEntry(invalid) : broken;
    if (refused) return { replayed, problem: problem(node, refused.reason || refused.rule) };
    connection.commit();
  }
  return { replayed, problem: null };
}
