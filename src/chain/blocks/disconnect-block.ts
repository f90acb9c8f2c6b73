import { revertDelta } from "../../protocol/fluxnodes/index.ts";
import type { Block, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import { EMPTY_SPROUT_ROOT } from "../../protocol/shielded/index.ts";
import type { SpentCoin } from "../coins/index.ts";
import type { ChainState } from "../state/chain-state.ts";

/**
 * Takes the tip off the active chain and returns its block. Everything it changed is as it was before; the block itself, its header
 * and its place in the transaction index stay.
 */
export function disconnectTip(state: ChainState): Block {
  const node = state.active.tip;
  if (!node?.parent) throw new Error("the genesis block cannot be disconnected");
  const block = state.requireBlock(node);
  const undo = state.undo(node);
  if (!undo) throw new Error(`the undo record of block ${node.height} is missing from the store`);
  const lastSpent = new Set<number>();
  for (let i = block.transactions.length - 1; i >= 0; i--) {
    const tx = block.transactions[i] as Transaction;
    if (tx.outputs.length > 0) state.coins.remove(tx.txid);
    state.shielded.disconnectTransaction(tx);
    const spent = i > 0 ? (undo.spent[i - 1] ?? []) : [];
    for (let j = spent.length - 1; j >= 0; j--) {
      const wasLast = state.coins.restore((tx.inputs[j] as { prevout: OutPoint }).prevout, spent[j] as SpentCoin);
      if (wasLast) lastSpent.add(i * INPUTS + j);
    }
  }
  state.shielded.rewindTrees({
    sprout: node.parent.sproutRoot ?? EMPTY_SPROUT_ROOT,
    sapling: state.saplingRootAfter(node.parent),
  });
  revertDelta(state.nodes, undo.nodes);
  state.noteNodeChanges(undo.nodes, "before");
  state.indexes?.disconnect({ id: node.id, height: node.height, block, spent: undo.spent }, (transaction, input) =>
    lastSpent.has(transaction * INPUTS + input),
  );
  state.setUndo(node, null);
  state.active.pop();
  return block;
}

/** More inputs than a block can hold: packs transaction and input numbers into one key. */
const INPUTS = 1_000_000;
