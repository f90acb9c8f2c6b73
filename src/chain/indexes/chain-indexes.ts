import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Block, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import { AddressIndex } from "./address-index.ts";
import { outPointBytes } from "./address-key.ts";
import type { BlockPlaces, IndexChanges, IndexRows, InputPlace, TransactionPlace } from "./index-rows.ts";
import type { IndexedBlock } from "./indexed-block.ts";
import { outputKey, transactionKey } from "./place-key.ts";

/**
 * The transaction, address and spent indexes (spec rpc.md section 5). Places in them are candidates: whoever reads one compares it
 * with the block. Changes collect in memory until the chain's next flush.
 */
export class ChainIndexes {
  readonly addresses: AddressIndex;
  private readonly rows: IndexRows;
  private readonly added = new Map<number, BlockPlaces>();
  private readonly removed = new Map<number, BigInt64Array>();
  private readonly recreatedChanges = new Map<string, boolean>();
  private readonly recreated: Set<string>;

  constructor(rows: IndexRows) {
    this.rows = rows;
    this.addresses = new AddressIndex(rows);
    this.recreated = new Set(rows.recreated().map(bytesKey));
  }

  /** Rows waiting for the next flush: a measure of the memory held back. */
  get pendingCount(): number {
    let count = 0;
    for (const { transactions, spent } of this.added.values()) count += transactions.length + spent.length;
    return count;
  }

  private setRecreated(outpoint: OutPoint, present: boolean): void {
    if (this.recreated.size === 0 && !present) return;
    const key = bytesKey(outPointBytes(outpoint));
    if (present === this.recreated.has(key)) return;
    if (present) this.recreated.add(key);
    else this.recreated.delete(key);
    this.recreatedChanges.set(key, present);
  }

  connect(indexed: IndexedBlock): void {
    const { transactions } = indexed.block;
    for (let i = 1; i < transactions.length; i++) {
      for (const { prevout } of (transactions[i] as Transaction).inputs) this.setRecreated(prevout, false);
    }
    this.added.set(indexed.id, placesOf(indexed.block));
    this.addresses.connect(indexed);
  }

  /**
   * Takes back {@link connect}; transactions stay findable, as their bytes stay stored.
   * @param lastSpent whether the output was the last one of its transaction to be spent.
   */
  disconnect(indexed: IndexedBlock, lastSpent: (transaction: number, input: number) => boolean): void {
    const { id, block } = indexed;
    for (let position = block.transactions.length - 1; position >= 0; position--) {
      const tx = block.transactions[position] as Transaction;
      for (let index = 0; index < tx.outputs.length; index++) this.setRecreated({ txid: tx.txid, index }, false);
      if (position > 0)
        tx.inputs.forEach(({ prevout }, input) => void this.setRecreated(prevout, !lastSpent(position, input)));
    }
    const places = this.added.get(id) ?? placesOf(block);
    this.added.set(id, { ...places, spent: new BigInt64Array(0), inputs: new Uint32Array(places.inputs.length) });
    this.removed.set(id, places.spent);
    this.addresses.disconnect(indexed);
  }

  changes(): IndexChanges {
    const { added, removed, recreatedChanges: recreated } = this;
    return { added, removed, recreated, ...this.addresses.changes() };
  }

  flushed(): void {
    this.added.clear();
    this.removed.clear();
    this.recreatedChanges.clear();
    this.addresses.flushed();
  }

  /** Where a transaction may lie, the block that came first at the front. */
  transaction(txid: Uint8Array): TransactionPlace[] {
    const key = transactionKey(txid);
    const places = this.rows.transaction(key);
    for (const [id, { transactions }] of this.added) {
      const position = transactions.indexOf(key);
      if (position >= 0) places.push({ id, position });
    }
    return places;
  }

  /** The inputs that may have spent an output. */
  spent(outpoint: OutPoint): InputPlace[] {
    const key = outputKey(outpoint);
    const stored = this.rows.spent(key);
    const places = this.removed.size > 0 ? stored.filter(({ id }) => !this.removed.has(id)) : stored;
    for (const [id, { spent, inputs }] of this.added) {
      const at = spent.indexOf(key);
      if (at >= 0) places.push({ id, ...placeOfInput(inputs, at) });
    }
    return places;
  }

  /** True for an output that a reorganisation re-created and the reference therefore lists with height 0 (rpc.md quirk 8). */
  isRecreated(outpoint: OutPoint): boolean {
    return this.recreated.size > 0 && this.recreated.has(bytesKey(outPointBytes(outpoint)));
  }
}

function placesOf({ transactions }: Block): BlockPlaces {
  const keys = new BigInt64Array(transactions.length);
  const inputs = new Uint32Array(transactions.length);
  const spent: bigint[] = [];
  transactions.forEach((tx, position) => {
    keys[position] = transactionKey(tx.txid);
    if (position === 0) return;
    inputs[position] = tx.inputs.length;
    for (const { prevout } of tx.inputs) spent.push(outputKey(prevout));
  });
  return { transactions: keys, spent: BigInt64Array.from(spent), inputs };
}

/** Transaction and input number of the `at`th input of a block. */
function placeOfInput(inputs: Uint32Array, at: number): { position: number; input: number } {
  let position = 0;
  let input = at;
  while (input >= (inputs[position] as number)) input -= inputs[position++] as number;
  return { position, input };
}
