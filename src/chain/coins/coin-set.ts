import type { Step } from "../../platform/index.ts";
import { bytesKey, keyBytes } from "../../protocol/bytes/index.ts";
import type { Coin, CoinView, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import { decodeTransactionCoins, encodeTransactionCoins, MutableTransactionCoins } from "./transaction-coins.ts";
import { TxidFilter } from "./txid-filter.ts";

/** Where coin records lie while no one looks at them. */
export interface CoinBacking {
  /** Stored record of a transaction, or undefined. */
  load(txid: Uint8Array): Uint8Array | undefined;
  /** Number of stored records whose txid begins with a byte. */
  coinCount(firstByte: number): number;
  /** Their txids. */
  coinTxids(firstByte: number): Iterable<Uint8Array>;
}

/** A record to store; null removes it. */
export interface CoinChange {
  readonly txid: Uint8Array;
  readonly record: Uint8Array | null;
}

/** Changes since the last flush, for one storage transaction: made as they are asked for, in the order of their txids. */
export type CoinChanges = Iterable<CoinChange>;

interface Slot {
  /** null: not in the set, or see {@link record}. */
  coins: MutableTransactionCoins | null;
  /** Stored form of coins that nobody looked at since they were stored: a tenth of the objects. */
  record: Uint8Array | null;
  dirty: boolean;
  /** The backing has a record of it. */
  stored: boolean;
}

/** An output that was spent, with what it needs to come back. */
export interface SpentCoin extends Coin {
  readonly txVersion: number;
}

/** Clean slots kept for reading; a slot takes about 300 bytes. */
const MAXIMUM_CLEAN_SLOTS = 12_000;
/** Loads after which reading all txids once into a filter pays, per stored record; a node at the tip never gets there. */
const LOADS_PER_RECORD = 0.25;
const MINIMUM_LOADS = 2_000;
const FIRST_BYTES = 256;
const SLOTS_PER_STEP = 256;

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
    if (known) return unfolded(known);
    const record = this.load(txid);
    const coins = record ? decodeTransactionCoins(record) : null;
    const slot = { coins, record: null, dirty: false, stored: record !== undefined };
    this.slots.set(key, slot);
    return slot;
  }

  private load(txid: Uint8Array): Uint8Array | undefined {
    if (this.filter && !this.filter.mayHold(txid)) return undefined;
    this.loads++;
    return this.backing.load(txid);
  }

  /** Makes the filter, or a larger one, when the look-ups so far ask for it. */
  private *sharpen(): Generator<Step> {
    if (this.filter ? !this.filter.isFull : this.loads < MINIMUM_LOADS) return;
    if (this.recordCount < 0) this.recordCount = yield* this.countRecords();
    if (!this.filter && this.loads < this.recordCount * LOADS_PER_RECORD) return;
    const filter = new TxidFilter(yield* this.countRecords());
    for (let firstByte = 0; firstByte < FIRST_BYTES; firstByte++) {
      for (const txid of this.backing.coinTxids(firstByte)) filter.add(txid);
      yield "step";
    }
    this.filter = filter;
  }

  private *countRecords(): Generator<Step, number> {
    let count = 0;
    for (let firstByte = 0; firstByte < FIRST_BYTES; firstByte++) {
      count += this.backing.coinCount(firstByte);
      yield "step";
    }
    return count;
  }

  private touch(slot: Slot): void {
    slot.record = null;
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

  /** What a flush has to write. The set is clean after {@link flushed}. */
  *changes(): Generator<CoinChange> {
    const keys: string[][] = Array.from({ length: FIRST_BYTES }, () => []);
    for (const [key, slot] of this.slots) {
      if (slot.dirty && (slot.stored || isPresent(slot))) keys[key.charCodeAt(0)]?.push(key);
    }
    for (const sameByte of keys) {
      for (const key of sameByte.sort()) {
        const slot = this.slots.get(key) as Slot;
        slot.record = slot.coins && isPresent(slot) ? encodeTransactionCoins(slot.coins) : null;
        yield { txid: keyBytes(key), record: slot.record };
      }
    }
  }

  /** Marks everything as stored and lets go of what is not worth keeping. */
  *flushed(): Generator<Step> {
    let count = 0;
    for (const [key, slot] of this.slots) {
      const present = isPresent(slot);
      if (slot.dirty && present && !slot.stored) this.filter?.add(keyBytes(key));
      if (slot.dirty) slot.stored = present;
      slot.dirty = false;
      if (slot.record) slot.coins = null;
      if (!present) this.slots.delete(key);
      if (++count % SLOTS_PER_STEP === 0) yield "step";
    }
    this.dirtySlots = 0;
    yield* this.sharpen();
    let excess = this.slots.size - MAXIMUM_CLEAN_SLOTS;
    for (const key of this.slots.keys()) {
      if (excess-- <= 0) break;
      this.slots.delete(key);
    }
  }
}

function isPresent({ coins, record }: Slot): boolean {
  return coins ? !coins.isSpent : record !== null;
}

function unfolded(slot: Slot): Slot {
  if (slot.record && !slot.dirty) {
    slot.coins ??= decodeTransactionCoins(slot.record);
    slot.record = null;
  }
  return slot;
}
