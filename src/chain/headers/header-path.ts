import type { ActiveChain } from "../state/active-chain.ts";
import type { HeaderNode, LoadNode } from "./header-node.ts";

/**
 * The branch of one header by height. Looking up an ancestor costs nothing, wherever the header is; following a new top costs
 * a step for every header that was not on the branch before.
 */
export class HeaderPath {
  private readonly active: ActiveChain;
  private readonly load: LoadNode;
  private top: HeaderNode | null = null;
  /** Rows of the branch from {@link base} on; below, it is the active chain. */
  private ids: number[] = [];
  private base = 0;

  constructor(active: ActiveChain, load: LoadNode) {
    this.active = active;
    this.load = load;
  }

  /** Makes the branch that of `top`. */
  follow(top: HeaderNode): void {
    if (top === this.top && this.isRooted()) return;
    this.top = top;
    const fresh: HeaderNode[] = [];
    let node: HeaderNode | null = top;
    while (node && !this.holds(node) && !this.active.contains(node)) {
      fresh.push(node);
      node = node.parent;
    }
    const start = node ? node.height + 1 : 0;
    if (node && this.holds(node)) this.ids.length = start - this.base;
    else {
      this.base = start;
      this.ids = [];
    }
    for (const each of fresh.reverse()) this.ids.push(each.id);
    if (!this.isRooted()) this.restart(top);
  }

  private holds(node: HeaderNode): boolean {
    return this.ids[node.height - this.base] === node.id;
  }

  /** True if the lowest header held stands on the active chain. */
  private isRooted(): boolean {
    const lowest = this.ids[0];
    if (lowest === undefined) return this.top === null || this.active.contains(this.top);
    const parent = this.load(lowest).parent;
    return parent === null || this.active.contains(parent);
  }

  /** The active chain has left the branch below what is held. */
  private restart(top: HeaderNode): void {
    this.ids = [];
    for (let node: HeaderNode | null = top; node && !this.active.contains(node); node = node.parent) {
      this.ids.push(node.id);
      this.base = node.height;
    }
    this.ids.reverse();
  }

  /** The ancestor at a height (or the top itself); undefined above it. */
  at(height: number): HeaderNode | undefined {
    if (!this.top || height < 0 || height > this.top.height) return undefined;
    const id = this.ids[height - this.base];
    return id === undefined ? this.active.at(height) : this.load(id);
  }
}
