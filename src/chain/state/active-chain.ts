import type { HeaderNode } from "../headers/index.ts";

/** Where the stored part of the active chain comes from. */
export interface ActiveBacking {
  /** Active block at a height, as of the last flush. */
  at(height: number): HeaderNode | undefined;
}

/** Stored blocks that are remembered by height: asking the store costs far more than all else that a look at a header takes. */
const MAXIMUM_REMEMBERED = 8192;

/** The blocks from genesis to the tip. What was changed since the last flush is in memory, the rest in the store. */
export class ActiveChain {
  private readonly backing: ActiveBacking;
  /** Blocks from {@link firstPending} on; the store is not to be asked from there. */
  private pending: HeaderNode[] = [];
  private readonly remembered = new Map<number, HeaderNode>();
  private firstPending: number;
  private last: HeaderNode | null;

  /** @param tip the stored tip; null for an empty store. */
  constructor(backing: ActiveBacking, tip: HeaderNode | null) {
    this.backing = backing;
    this.last = tip;
    this.firstPending = tip ? tip.height + 1 : 0;
  }

  get tip(): HeaderNode | null {
    return this.last;
  }

  /** Height of the tip; -1 for an empty chain. */
  get height(): number {
    return this.last ? this.last.height : -1;
  }

  at(height: number): HeaderNode | undefined {
    if (height < 0 || height > this.height) return undefined;
    if (height >= this.firstPending) return this.pending[height - this.firstPending];
    return this.remembered.get(height) ?? this.storedAt(height);
  }

  private storedAt(height: number): HeaderNode | undefined {
    const node = this.backing.at(height);
    if (!node) return undefined;
    if (this.remembered.size >= MAXIMUM_REMEMBERED)
      this.remembered.delete(this.remembered.keys().next().value as number);
    this.remembered.set(height, node);
    return node;
  }

  contains(node: HeaderNode): boolean {
    return this.at(node.height) === node;
  }

  push(node: HeaderNode): void {
    this.pending.push(node);
    this.last = node;
  }

  /** Removes the tip. */
  pop(): void {
    if (!this.last) throw new Error("the chain is empty");
    if (this.pending.length > 0) this.pending.pop();
    else {
      this.firstPending = this.last.height;
      this.remembered.delete(this.last.height);
    }
    this.last = this.last.parent;
  }

  /** The last block that `node`'s branch shares with the active chain. */
  fork(node: HeaderNode): HeaderNode | null {
    let at: HeaderNode | null = node;
    while (at && !this.contains(at)) at = at.parent;
    return at;
  }

  /** What the store has to change. */
  changes(): { height: number; ids: number[] } {
    return { height: this.firstPending, ids: this.pending.map((node) => node.id) };
  }

  flushed(): void {
    this.pending = [];
    this.firstPending = this.height + 1;
  }
}
