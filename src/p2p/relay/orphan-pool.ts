import { randomBelow } from "../../platform/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";

/** Transactions kept at most unless the operator says otherwise, and the largest one (spec transactions.md section 14). */
const MAX_ORPHANS = 100;
const MAX_ORPHAN_SIZE = 5000;

export interface Orphan {
  readonly tx: Transaction;
  /** Id of the peer that sent it. */
  readonly source: number;
}

/** Transactions that spend outputs of transactions which are not known yet. */
export class OrphanPool {
  private readonly limit: number;
  private readonly byId = new Map<string, Orphan>();
  /** Keys of orphans by the transaction whose output they spend. */
  private readonly byParent = new Map<string, Set<string>>();

  /** @param limit transactions kept at most */
  constructor(limit = MAX_ORPHANS) {
    this.limit = limit;
  }

  get size(): number {
    return this.byId.size;
  }

  has(key: string): boolean {
    return this.byId.has(key);
  }

  add(tx: Transaction, source: number): void {
    const key = bytesKey(tx.txid);
    if (this.byId.has(key) || tx.raw.length > MAX_ORPHAN_SIZE) return;
    this.byId.set(key, { tx, source });
    for (const { prevout } of tx.inputs) {
      const parent = bytesKey(prevout.txid);
      const children = this.byParent.get(parent);
      if (children) children.add(key);
      else this.byParent.set(parent, new Set([key]));
    }
    // Which one goes must not be for a stranger to choose.
    while (this.byId.size > this.limit) this.remove([...this.byId.keys()][randomBelow(this.byId.size)] as string);
  }

  remove(key: string): void {
    const orphan = this.byId.get(key);
    if (!orphan) return;
    this.byId.delete(key);
    for (const { prevout } of orphan.tx.inputs) {
      const parent = bytesKey(prevout.txid);
      const children = this.byParent.get(parent);
      children?.delete(key);
      if (children?.size === 0) this.byParent.delete(parent);
    }
  }

  /** Those that spend outputs of a transaction. */
  childrenOf(key: string): Orphan[] {
    return [...(this.byParent.get(key) ?? [])].map((child) => this.byId.get(child) as Orphan);
  }

  /** Forgets what a peer sent that is gone. */
  removeFrom(source: number): void {
    for (const [key, orphan] of this.byId) if (orphan.source === source) this.remove(key);
  }
}
