import { FluxError } from "../platform/index.ts";
import { ancestorAt } from "../protocol/rules/index.ts";
import type { ChainEngine } from "./chain-engine.ts";
import type { HeaderNode } from "./headers/index.ts";

/**
 * Declares a block invalid and leaves its branch.
 * @throws FluxError genesis-invalid, snapshot-base (kind "refused")
 */
export async function invalidate(engine: ChainEngine, node: HeaderNode): Promise<void> {
  if (!node.parent) {
    throw new FluxError("genesis-invalid", "the genesis block cannot be declared invalid", { kind: "refused" });
  }
  if (node.height <= engine.floor && engine.state.active.contains(node)) {
    const message = `the chain began with a snapshot at height ${engine.floor} and cannot go below`;
    throw new FluxError("snapshot-base", message, { kind: "refused" });
  }
  await engine.settle();
  engine.fail(node);
  await engine.leave(node);
  await engine.reconsider();
}

/** Takes back every verdict on a block, its ancestors and its descendants, and judges them anew. */
export async function reconsider(engine: ChainEngine, node: HeaderNode): Promise<void> {
  const { active, tree } = engine.state;
  await engine.settle();
  const forgive = (entry: HeaderNode) => {
    entry.failed = false;
    entry.failedAncestor = false;
    tree.changed(entry);
  };
  for (const leaf of tree.leaves) {
    if (ancestorAt(leaf, node.height) !== node) continue;
    for (let entry: HeaderNode | null = leaf; entry && entry !== node; entry = entry.parent) forgive(entry);
  }
  for (let entry: HeaderNode | null = node; entry && !active.contains(entry); entry = entry.parent) forgive(entry);
  await engine.reconsider();
}
