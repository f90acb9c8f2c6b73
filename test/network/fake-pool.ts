import type { Acceptance } from "../../src/chain/index.ts";
import type { RelayPool } from "../../src/p2p/index.ts";
import { bytesKey } from "../../src/protocol/bytes/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";

/** A memory pool that takes everything, unless the test says otherwise. */
export class FakePool implements RelayPool {
  readonly transactions = new Map<string, Transaction>();
  /** Transactions that were offered, in order. */
  readonly offered: Transaction[] = [];
  judge: (tx: Transaction) => Acceptance | "take" = () => "take";

  async accept(tx: Transaction): Promise<Acceptance> {
    this.offered.push(tx);
    const verdict = this.judge(tx);
    if (verdict !== "take") return verdict;
    this.transactions.set(bytesKey(tx.txid), tx);
    return { kind: "accepted", entry: { tx } as never };
  }

  has(txid: Uint8Array): boolean {
    return this.transactions.has(bytesKey(txid));
  }

  get(txid: Uint8Array): Transaction | undefined {
    return this.transactions.get(bytesKey(txid));
  }

  list(): Iterable<Transaction> {
    return this.transactions.values();
  }
}
