import { bytesKey, compareBytes, keyBytes } from "../../protocol/bytes/index.ts";
import type { Coin, CoinView, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import { decodeTransactionCoins, encodeTransactionCoins, MutableTransactionCoins } from "./transaction-coins.ts";
import { TxidFilter } from "./txid-filter.ts";

/** Where coin records lie while no one looks at them. */
export interface CoinBacking {
  /** Stored record of a transaction, or undefined. */
  load(txid: Uint8Array): Uint8Array | undefined;
  /** Number of stored records and all their txids. */
  coinCount(): number;
  coinTxids(): Iterable<Uint8Array>;
}

/** Changes since the last flush, for one storage transaction. */
export interface CoinChanges {
  readonly puts: readonly { readonly txid: Uint8Array; readonly record: Uint8Array }[];
  readonly deletes: readonly Uint8Array[];
}

interface Slot {
  /** null: not in the set. */
  coins: MutableTransactionCoins | null;
  dirty: boolean;
  /** The backing has a record of it. */
  stored: boolean;
}

/** An output that was spent, with what it needs to come back. */
export interface SpentCoin extends Coin {
  readonly txVersion: number;
}

/** Clean slots kept for reading; a slot takes about 300 bytes. */
const MAXIMUM_CLEAN_SLOTS = 20_000;
/** Loads after which reading all txids once into a filter pays, per stored record; a node at the tip never gets there. */
const LOADS_PER_RECORD = 0.25;
const MINIMUM_LOADS = 2_000;

/** The coin set at the tip: a write-back cache over the stored records. */
export class CoinSet implements CoinView {
  private readonly slots = new Map<string, Slot>();
  private readonly backing: CoinBacking;
  private dirtySlots = 0;
  /** Txids that may be stored; null until enough loads made it worth while. */
  private filter: TxidFilter | null = null;
  private loads = 0;
  private recordCount = -1;

  constructor(backing: CoinBacking) {
    this.backing = backing;
  }

  /** Slots that the next flush writes: a measure of the memory held back. */
  get dirtyCount(): number {
    return this.dirtySlots;
  }

  private slot(key: string, txid: Uint8Array): Slot {
    const known = this.slots.get(key);
    if (known) return known;
    const record = this.load(txid);
    const slot = { coins: record ? decodeTransactionCoins(record) : null, dirty: false, stored: record !== undefined };
    this.slots.set(key, slot);
    return slot;
  }

  private load(txid: Uint8Array): Uint8Array | undefined {
    if (this.filter && !this.filter.mayHold(txid)) return undefined;
    this.loads++;
    return this.backing.load(txid);
  }

  /** Makes the filter, or a larger one, when the look-ups so far ask for it. */
  private sharpen(): void {
    if (this.filter ? !this.filter.isFull : this.loads < MINIMUM_LOADS) return;
    if (this.recordCount < 0) this.recordCount = this.backing.coinCount();
    if (!this.filter && this.loads < this.recordCount * LOADS_PER_RECORD) return;
    const filter = new TxidFilter(this.backing.coinCount());
    for (const txid of this.backing.coinTxids()) filter.add(txid);
    this.filter = filter;
  }

  private touch(slot: Slot): void {
    if (slot.dirty) return;
    slot.dirty = true;
    this.dirtySlots++;
  }

  transaction(txid: Uint8Array): MutableTransactionCoins | undefined {
    const { coins } = this.slot(bytesKey(txid), txid);
    return coins && !coins.isSpent ? coins : undefined;
  }

  hasTransaction(txid: Uint8Array): boolean {
    return this.transaction(txid) !== undefined;
  }

  coin(outpoint: OutPoint): Coin | undefined {
    const coins = this.transaction(outpoint.txid);
    const output = coins?.outputs[outpoint.index];
    if (!coins || !output) return undefined;
    return { value: output.value, script: output.script, height: coins.height, coinbase: coins.coinbase };
  }

  /** Removes an unspent output and returns it. */
  spend(outpoint: OutPoint): SpentCoin {
    const slot = this.slot(bytesKey(outpoint.txid), outpoint.txid);
    if (!slot.coins) throw new Error("spending a coin that is not in the set");
    const { version, height, coinbase } = slot.coins;
    const { value, script } = slot.coins.spend(outpoint.index);
    this.touch(slot);
    return { value, script, height, coinbase, txVersion: version };
  }

  /** Adds the outputs of a transaction that has none in the set. */
  add(tx: Transaction, height: number, coinbase: boolean): void {
    const slot = this.slot(bytesKey(tx.txid), tx.txid);
    slot.coins = MutableTransactionCoins.of(tx, height, coinbase);
    this.touch(slot);
  }

  /** Takes back {@link add}. */
  remove(txid: Uint8Array): void {
    const slot = this.slot(bytesKey(txid), txid);
    slot.coins = null;
    this.touch(slot);
  }

  /** Takes back {@link spend}. Returns true if the output was the last one of its transaction to be spent. */
  restore(outpoint: OutPoint, spent: SpentCoin): boolean {
    const slot = this.slot(bytesKey(outpoint.txid), outpoint.txid);
    const wasLast = !slot.coins || slot.coins.isSpent;
    if (!slot.coins) slot.coins = new MutableTransactionCoins(spent.txVersion, spent.height, spent.coinbase, []);
    slot.coins.restore(outpoint.index, { value: spent.value, script: spent.script });
    this.touch(slot);
    return wasLast;
  }

  /** What a flush has to write, in key order. The set is clean after {@link flushed}. */
  changes(): CoinChanges {
    const puts: { txid: Uint8Array; record: Uint8Array }[] = [];
    const deletes: Uint8Array[] = [];
    for (const [key, slot] of this.slots) {
      if (!slot.dirty) continue;
      if (slot.coins && !slot.coins.isSpent)
        puts.push({ txid: keyBytes(key), record: encodeTransactionCoins(slot.coins) });
      else if (slot.stored) deletes.push(keyBytes(key));
    }
    puts.sort((a, b) => compareBytes(a.txid, b.txid));
    return { puts, deletes };
  }

  /** Marks everything as stored and lets go of what is not worth keeping. */
  flushed(): void {
    for (const [key, slot] of this.slots) {
      const present = slot.coins !== null && !slot.coins.isSpent;
      if (slot.dirty && present && !slot.stored) this.filter?.add(keyBytes(key));
      if (slot.dirty) slot.stored = present;
      slot.dirty = false;
      if (!present) this.slots.delete(key);
    }
    this.dirtySlots = 0;
    this.sharpen();
    let excess = this.slots.size - MAXIMUM_CLEAN_SLOTS;
    for (const key of this.slots.keys()) {
      if (excess-- <= 0) break;
      this.slots.delete(key);
    }
  }
}
