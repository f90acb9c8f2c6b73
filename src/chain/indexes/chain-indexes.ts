import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Block, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import type { AddressDelta, AddressKey, AddressUtxo, SpentInfo } from "../chain-reader.ts";
import type { SpentCoin } from "../coins/index.ts";
import { addressBytes, addressOfScript } from "./address-key.ts";
import {
  type AddressCoin,
  type BlockDelta,
  encodeDeltas,
  type IndexChanges,
  type IndexRows,
  outPointBytes,
} from "./index-rows.ts";

/** An active block with what it spent. */
export interface IndexedBlock {
  /** Row of the header. */
  readonly id: number;
  readonly height: number;
  readonly block: Block;
  /** Per transaction after the coinbase, per input. */
  readonly spent: readonly (readonly SpentCoin[])[];
}

/**
 * The transaction, address and spent indexes (spec rpc.md section 5). Changes collect in memory until the chain's next flush;
 * queries are answered after {@link settle}.
 */
export class ChainIndexes {
  private readonly rows: IndexRows;
  private readonly transactions = new Map<string, { id: number; position: number }>();
  private readonly deltas = new Map<number, Map<string, Uint8Array | null>>();
  private readonly coins = new Map<string, AddressCoin | null>();
  /** Keys of `coins` that the store has no row for. */
  private readonly fresh = new Set<string>();
  private readonly spentOutputs = new Map<string, SpentInfo | null>();
  private readonly recreatedChanges = new Map<string, boolean>();
  private readonly recreated: Set<string>;

  constructor(rows: IndexRows) {
    this.rows = rows;
    this.recreated = new Set(rows.recreated());
  }

  /** Rows waiting for the next flush: a measure of the memory held back. */
  get pendingCount(): number {
    return this.coins.size + this.spentOutputs.size + this.transactions.size;
  }

  private addCoin(key: string, coin: AddressCoin): void {
    if (!this.coins.has(key)) this.fresh.add(key);
    this.coins.set(key, coin);
  }

  private removeCoin(key: string): void {
    if (this.fresh.delete(key)) this.coins.delete(key);
    else this.coins.set(key, null);
  }

  private setRecreated(outpoint: string, present: boolean): void {
    if (present === this.recreated.has(outpoint)) return;
    if (present) this.recreated.add(outpoint);
    else this.recreated.delete(outpoint);
    this.recreatedChanges.set(outpoint, present);
  }

  private collectDeltas({ block, spent }: IndexedBlock): Map<string, BlockDelta[]> {
    const byAddress = new Map<string, BlockDelta[]>();
    const add = (address: AddressKey, delta: BlockDelta) => {
      const key = bytesKey(addressBytes(address));
      const list = byAddress.get(key);
      if (list) list.push(delta);
      else byAddress.set(key, [delta]);
    };
    block.transactions.forEach((tx, blockIndex) => {
      const { txid } = tx;
      (blockIndex > 0 ? (spent[blockIndex - 1] ?? []) : []).forEach((coin, index) => {
        const address = addressOfScript(coin.script);
        if (address) add(address, { blockIndex, txid, index, spending: true, satoshis: -coin.value });
      });
      tx.outputs.forEach((output, index) => {
        const address = addressOfScript(output.script);
        if (address) add(address, { blockIndex, txid, index, spending: false, satoshis: output.value });
      });
    });
    return byAddress;
  }

  connect(indexed: IndexedBlock): void {
    const { id, height, block, spent } = indexed;
    const encoded = new Map<string, Uint8Array | null>();
    for (const [address, deltas] of this.collectDeltas(indexed)) {
      deltas.sort(
        (a, b) => a.blockIndex - b.blockIndex || a.index - b.index || Number(a.spending) - Number(b.spending),
      );
      encoded.set(address, encodeDeltas(deltas));
    }
    this.deltas.set(height, encoded);
    block.transactions.forEach((tx, position) => {
      this.transactions.set(bytesKey(tx.txid), { id, position });
      if (position > 0) this.connectInputs(tx, height, spent[position - 1] ?? []);
      tx.outputs.forEach((output, index) => {
        const address = addressOfScript(output.script);
        if (!address) return;
        const outpoint = bytesKey(outPointBytes({ txid: tx.txid, index }));
        this.addCoin(bytesKey(addressBytes(address)) + outpoint, { satoshis: output.value, height });
      });
    });
  }

  private connectInputs(tx: Transaction, height: number, spent: readonly SpentCoin[]): void {
    spent.forEach((coin, inputIndex) => {
      const outpoint = bytesKey(outPointBytes((tx.inputs[inputIndex] as { prevout: OutPoint }).prevout));
      const address = addressOfScript(coin.script);
      this.spentOutputs.set(outpoint, { txid: tx.txid, inputIndex, height, satoshis: coin.value, address });
      if (!address) return;
      this.removeCoin(bytesKey(addressBytes(address)) + outpoint);
      if (this.recreated.size > 0) this.setRecreated(outpoint, false);
    });
  }

  /**
   * Takes back {@link connect}; transactions stay findable, as their bytes stay stored.
   * @param lastSpent whether the output was the last one of its transaction to be spent.
   */
  disconnect(indexed: IndexedBlock, lastSpent: (transaction: number, input: number) => boolean): void {
    const { height, block, spent } = indexed;
    const removed = new Map<string, Uint8Array | null>();
    for (const address of this.collectDeltas(indexed).keys()) removed.set(address, null);
    this.deltas.set(height, removed);
    for (let position = block.transactions.length - 1; position >= 0; position--) {
      const tx = block.transactions[position] as Transaction;
      tx.outputs.forEach((output, index) => {
        const address = addressOfScript(output.script);
        if (!address) return;
        const outpoint = bytesKey(outPointBytes({ txid: tx.txid, index }));
        this.removeCoin(bytesKey(addressBytes(address)) + outpoint);
        this.setRecreated(outpoint, false);
      });
      const coins = position > 0 ? (spent[position - 1] ?? []) : [];
      for (let input = coins.length - 1; input >= 0; input--) {
        const coin = coins[input] as SpentCoin;
        const outpoint = bytesKey(outPointBytes((tx.inputs[input] as { prevout: OutPoint }).prevout));
        this.spentOutputs.set(outpoint, null);
        const address = addressOfScript(coin.script);
        if (!address) continue;
        this.coins.set(bytesKey(addressBytes(address)) + outpoint, { satoshis: coin.value, height: coin.height });
        this.setRecreated(outpoint, !lastSpent(position, input));
      }
    }
  }

  changes(): IndexChanges {
    return {
      transactions: this.transactions,
      deltas: this.deltas,
      coins: this.coins,
      spent: this.spentOutputs,
      recreated: this.recreatedChanges,
    };
  }

  flushed(): void {
    this.transactions.clear();
    this.deltas.clear();
    this.coins.clear();
    this.fresh.clear();
    this.spentOutputs.clear();
    this.recreatedChanges.clear();
  }

  transaction(txid: Uint8Array): { id: number; position: number } | undefined {
    return this.transactions.get(bytesKey(txid)) ?? this.rows.transaction(txid);
  }

  addressDeltas(address: AddressKey, from: number, to: number): AddressDelta[] {
    return this.rows.deltas(address, from, to);
  }

  addressUtxos(address: AddressKey): AddressUtxo[] {
    return this.rows
      .coins(address)
      .map((coin) => (this.recreated.has(bytesKey(outPointBytes(coin.outpoint))) ? { ...coin, height: 0 } : coin));
  }

  spent(outpoint: OutPoint): SpentInfo | undefined {
    const pending = this.spentOutputs.get(bytesKey(outPointBytes(outpoint)));
    if (pending !== undefined) return pending ?? undefined;
    return this.rows.spent(outpoint);
  }
}
