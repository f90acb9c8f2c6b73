import type { NetworkParams } from "../protocol/params/index.ts";
import { compareCandidates, type HeaderNode, type HeaderTree } from "./headers/index.ts";
import type { ActiveChain } from "./state/active-chain.ts";

/** Tips that may become better than the active one, and the choice among them (spec block-and-pow.md section 7). */
export class BestChain {
  private readonly params: NetworkParams;
  private readonly tree: HeaderTree;
  private readonly active: ActiveChain;
  private readonly candidates = new Set<HeaderNode>();
  private readonly onWaiting: (node: HeaderNode) => void;

  private readonly floor: number;

  /**
   * @param floor height below which the active chain cannot go back
   * @param onWaiting takes the blocks of a dropped branch that lack only the bytes of an ancestor.
   */
  constructor(
    params: NetworkParams,
    tree: HeaderTree,
    active: ActiveChain,
    floor: number,
    onWaiting: (node: HeaderNode) => void,
  ) {
    this.floor = floor;
    this.params = params;
    this.tree = tree;
    this.active = active;
    this.onWaiting = onWaiting;
    this.refill();
  }

  private isWorse(node: HeaderNode, than: HeaderNode): boolean {
    return compareCandidates(node, than, this.params) < 0;
  }

  /** Adds a block whose bytes and those of all ancestors are stored. */
  add(node: HeaderNode): void {
    const { tip } = this.active;
    if (!tip || !this.isWorse(node, tip)) this.candidates.add(node);
  }

  remove(node: HeaderNode): void {
    this.candidates.delete(node);
  }

  /** Looks through all branches again: after a start and after verdicts were changed by hand. */
  refill(): void {
    for (const leaf of this.tree.leaves) {
      for (let node: HeaderNode | null = leaf; node && !this.active.contains(node); node = node.parent) {
        if (node.usable && node.chainTransactionCount > 0) this.add(node);
      }
    }
    if (this.active.tip) this.candidates.add(this.active.tip);
  }

  /** Forgets what is worse than the active tip. */
  prune(): void {
    const { tip } = this.active;
    if (!tip) return;
    for (const node of this.candidates) if (this.isWorse(node, tip)) this.candidates.delete(node);
  }

  /** The best tip whose whole branch can be used; null if nothing is known. Branches that cannot are marked and dropped. */
  find(): HeaderNode | null {
    for (;;) {
      let best: HeaderNode | null = null;
      for (const node of this.candidates) if (!best || this.isWorse(best, node)) best = node;
      if (!best || this.isUsable(best)) return best;
    }
  }

  private isUsable(candidate: HeaderNode): boolean {
    for (let node: HeaderNode | null = candidate; node && !this.active.contains(node); node = node.parent) {
      if (node.height <= this.floor) {
        this.candidates.delete(candidate);
        return false;
      }
      if (node.usable && node.hasData) continue;
      this.drop(candidate, node);
      return false;
    }
    return true;
  }

  /** Takes the branch from `tip` down to `cause` out; blocks above a failed one have a failed ancestor. */
  private drop(tip: HeaderNode, cause: HeaderNode): void {
    for (let node = tip; node !== cause; node = node.parent as HeaderNode) {
      if (cause.usable) this.onWaiting(node);
      else if (!node.failedAncestor) {
        node.failedAncestor = true;
        this.tree.changed(node);
      }
      this.candidates.delete(node);
    }
    this.candidates.delete(cause);
  }
}
