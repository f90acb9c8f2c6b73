import { bytesKey } from "../../protocol/bytes/index.ts";
import { type OutPoint, outPointKey, type Transaction } from "../../protocol/primitives/index.ts";
import type { MempoolEntry } from "./mempool-entry.ts";

/** The input of a pool transaction that spends an output. */
export interface PoolSpender {
  readonly entry: MempoolEntry;
  readonly inputIndex: number;
}

/** Keys of all nullifiers of a transaction; the two pools do not meet. */
function* nullifierKeys(tx: Transaction): IterableIterator<string> {
  for (const joinSplit of tx.joinSplits) for (const nullifier of joinSplit.nullifiers) yield `0${bytesKey(nullifier)}`;
  for (const spend of tx.shieldedSpends) yield `1${bytesKey(spend.nullifier)}`;
}

/** Who in the pool spends what: outputs, notes, and the one transaction per fluxnode collateral. */
export class PoolLinks {
  private readonly spenders = new Map<string, PoolSpender>();
  private readonly nullifiers = new Map<string, MempoolEntry>();
  private readonly collaterals = new Map<string, MempoolEntry>();

  add(entry: MempoolEntry): void {
    entry.tx.inputs.forEach(({ prevout }, inputIndex) => {
      this.spenders.set(outPointKey(prevout), { entry, inputIndex });
    });
    for (const key of nullifierKeys(entry.tx)) this.nullifiers.set(key, entry);
    if (entry.tx.fluxnode) this.collaterals.set(outPointKey(entry.tx.fluxnode.collateral), entry);
  }

  remove({ tx }: MempoolEntry): void {
    for (const { prevout } of tx.inputs) this.spenders.delete(outPointKey(prevout));
    for (const key of nullifierKeys(tx)) this.nullifiers.delete(key);
    if (tx.fluxnode) this.collaterals.delete(outPointKey(tx.fluxnode.collateral));
  }

  spender(outpoint: OutPoint): PoolSpender | undefined {
    return this.spenders.get(outPointKey(outpoint));
  }

  /** The transaction that starts or confirms the fluxnode of a collateral. */
  ofCollateral(collateral: OutPoint): MempoolEntry | undefined {
    return this.collaterals.get(outPointKey(collateral));
  }

  /** Transactions that spend an output of `tx`. */
  *children(tx: Transaction): IterableIterator<MempoolEntry> {
    for (let index = 0; index < tx.outputs.length; index++) {
      const spender = this.spender({ txid: tx.txid, index });
      if (spender) yield spender.entry;
    }
  }

  /** Transactions that spend an output or a note which `tx` spends, too; `tx` itself if it is in the pool. */
  *spendingSame(tx: Transaction): IterableIterator<MempoolEntry> {
    for (const { prevout } of tx.inputs) {
      const spender = this.spender(prevout);
      if (spender) yield spender.entry;
    }
    for (const key of nullifierKeys(tx)) {
      const entry = this.nullifiers.get(key);
      if (entry) yield entry;
    }
  }
}
