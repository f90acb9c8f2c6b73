import type { ChainState } from "../state/chain-state.ts";

/** Blocks below the tip that pruning never touches: deeper than any reorganisation that headers allow (spec block-and-pow.md 6.2). */
const KEPT_BLOCKS = 288;

/** Blocks removed in one go, so that the chain is never busy for long. */
const BATCH = 500;

/** Key of the store's note of the lowest height whose block is still there. */
export const PRUNE_HEIGHT = "prune_height";

/**
 * Removes the oldest blocks of the active chain with their undo records while raw blocks take more than `limit` bytes. Headers, coins
 * and node list stay. Returns the lowest height whose block is still stored. The caller flushes.
 */
export function pruneBlocks(state: ChainState, limit: number): number {
  let height = Math.max(1, (state.store.meta(PRUNE_HEIGHT) as number | undefined) ?? 0);
  if (state.active.height < state.params.pruneAfterHeight) return height;
  let excess = state.blocks.bytesInUse - limit;
  const last = Math.min(state.active.height - KEPT_BLOCKS, height + BATCH);
  for (; excess > 0 && height < last; height++) {
    const node = state.active.at(height);
    if (!node?.hasData) continue;
    state.blocks.delete(node.hash);
    state.setUndo(node, null);
    node.hasData = false;
    state.tree.changed(node);
    excess -= node.size;
  }
  return height;
}
