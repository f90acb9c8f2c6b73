import type { ChainState } from "../state/chain-state.ts";

/** Blocks below the tip that pruning never touches: deeper than any reorganisation that headers allow (spec block-and-pow.md 6.2). */
const KEPT_BLOCKS = 288;

/** Blocks removed in one go, so that the chain is never busy for long. */
const BATCH = 500;

/** Key of the store's note of the lowest height whose block is still there. */
export const PRUNE_HEIGHT = "prune_height";

/**
 * Removes once more what the last run pruned: it may have been killed after the chain was told and before the blocks went. The caller
 * flushes.
 */
export function pruneAgain(state: ChainState): void {
  const end = (state.store.meta(PRUNE_HEIGHT) as number | undefined) ?? 0;
  for (let height = Math.max(1, end - BATCH); height < end; height++) {
    const node = state.active.at(height);
    if (node && !node.hasData) state.blocks.delete(node.hash);
  }
}

/**
 * Removes the oldest blocks of the active chain with their undo records while raw blocks take more than `limit` bytes. Headers, coins
 * and node list stay. Returns the lowest height whose block is still stored, null if nothing was removed. The caller flushes.
 */
export function pruneBlocks(state: ChainState, limit: number): number | null {
  const first = Math.max(1, (state.store.meta(PRUNE_HEIGHT) as number | undefined) ?? 0);
  if (state.active.height < state.params.pruneAfterHeight) return null;
  let height = first;
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
  return height > first ? height : null;
}
