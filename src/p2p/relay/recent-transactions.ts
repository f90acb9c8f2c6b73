import type { Transaction } from "../../protocol/primitives/index.ts";

const CAPACITY = 100;
const MAX_BYTES = 2_000_000;

/** The last transactions that were refused; a compact block may still name them (spec p2p.md 3.7). */
export class RecentTransactions {
  private readonly transactions: Transaction[] = [];
  private bytes = 0;

  add(tx: Transaction): void {
    this.transactions.push(tx);
    this.bytes += tx.raw.length;
    while (this.transactions.length > CAPACITY || this.bytes > MAX_BYTES) {
      this.bytes -= this.transactions.shift()?.raw.length ?? 0;
    }
  }

  list(): readonly Transaction[] {
    return this.transactions;
  }
}
