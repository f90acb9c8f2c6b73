import { ByteWriter, bytesKey, concatBytes, keyBytes } from "../../protocol/bytes/index.ts";
import type { AddressBalance, AddressDelta, AddressKey } from "../state/chain-reader.ts";
import { deltasBelow, readDeltas, writeDelta } from "./address-deltas.ts";
import { addressBytes, addressOfScript } from "./address-key.ts";
import type { BalanceChange, DeltaRunChange, IndexChanges, IndexRows } from "./index-rows.ts";
import type { IndexedBlock } from "./indexed-block.ts";

/** Movements that are not stored yet, from `start` on. */
interface PendingRun {
  readonly start: number;
  readonly deltas: ByteWriter;
}

const NO_BALANCE: AddressBalance = { balance: 0n, received: 0n };

/** Movements and totals of every address. Changes collect in memory until the chain's next flush. */
export class AddressIndex {
  private readonly rows: IndexRows;
  private readonly pending = new Map<string, PendingRun>();
  /** Stored runs to replace or (null) remove, by address and start. */
  private readonly cut = new Map<string, Map<number, Uint8Array | null>>();
  private readonly balances = new Map<string, AddressBalance>();

  constructor(rows: IndexRows) {
    this.rows = rows;
  }

  private collect({ block, spent, height }: IndexedBlock): Map<string, AddressDelta[]> {
    const byAddress = new Map<string, AddressDelta[]>();
    const add = (script: Uint8Array, delta: AddressDelta) => {
      const address = addressOfScript(script);
      if (!address) return;
      const key = bytesKey(addressBytes(address));
      const list = byAddress.get(key);
      if (list) list.push(delta);
      else byAddress.set(key, [delta]);
    };
    block.transactions.forEach(({ txid, outputs }, blockIndex) => {
      const coins = blockIndex > 0 ? (spent[blockIndex - 1] ?? []) : [];
      for (let index = 0; index < Math.max(coins.length, outputs.length); index++) {
        const output = outputs[index];
        if (output) add(output.script, { height, blockIndex, txid, index, spending: false, satoshis: output.value });
        const coin = coins[index];
        if (coin) add(coin.script, { height, blockIndex, txid, index, spending: true, satoshis: -coin.value });
      }
    });
    return byAddress;
  }

  connect(indexed: IndexedBlock): void {
    for (const [address, deltas] of this.collect(indexed)) {
      let run = this.pending.get(address);
      if (!run) {
        run = { start: indexed.height, deltas: new ByteWriter(64) };
        this.pending.set(address, run);
      }
      for (const delta of deltas) writeDelta(run.deltas, delta);
      this.addToBalance(address, deltas, 1n);
    }
  }

  disconnect(indexed: IndexedBlock): void {
    for (const [address, deltas] of this.collect(indexed)) {
      this.removeFrom(address, indexed.height);
      this.addToBalance(address, deltas, -1n);
    }
  }

  private addToBalance(address: string, deltas: readonly AddressDelta[], sign: 1n | -1n): void {
    let { balance, received } = this.balanceOf(address);
    for (const { satoshis } of deltas) {
      balance += sign * satoshis;
      if (satoshis > 0n) received += sign * satoshis;
    }
    this.balances.set(address, { balance, received });
  }

  private balanceOf(address: string): AddressBalance {
    return this.balances.get(address) ?? this.rows.balance(keyBytes(address)) ?? NO_BALANCE;
  }

  /** Drops the movements of an address at `height`, which are its last ones. */
  private removeFrom(address: string, height: number): void {
    const run = this.pending.get(address);
    if (run) {
      const kept = deltasBelow(run.deltas.finish(), height);
      if (kept.length === 0) this.pending.delete(address);
      else this.pending.set(address, { start: run.start, deltas: new ByteWriter(kept.length).fixed(kept) });
      return;
    }
    let cut = this.cut.get(address);
    if (!cut) {
      cut = new Map();
      this.cut.set(address, cut);
    }
    let below = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const stored = this.rows.lastDeltas(keyBytes(address), below);
      if (!stored) return;
      const bytes = cut.has(stored.start) ? cut.get(stored.start) : new Uint8Array(stored.deltas);
      if (bytes) {
        const kept = deltasBelow(bytes, height);
        cut.set(stored.start, kept.length === 0 ? null : kept);
        return;
      }
      below = stored.start;
    }
  }

  balance(address: AddressKey): AddressBalance {
    return this.balanceOf(bytesKey(addressBytes(address)));
  }

  /** Movements of an address in the order of the chain. */
  deltas(address: AddressKey): AddressDelta[] {
    const bytes = addressBytes(address);
    const key = bytesKey(bytes);
    const cut = this.cut.get(key);
    const stored = this.rows
      .deltas(bytes)
      .map(({ start, deltas }) => (cut?.has(start) ? cut.get(start) : deltas) ?? new Uint8Array(0));
    return readDeltas(concatBytes(...stored, this.pending.get(key)?.deltas.finish() ?? new Uint8Array(0)));
  }

  changes(): Pick<IndexChanges, "deltas" | "balances"> {
    return { deltas: this.deltaChanges(), balances: this.balanceChanges() };
  }

  private *deltaChanges(): Generator<DeltaRunChange> {
    for (const [address, runs] of this.cut) {
      for (const [start, kept] of runs) yield { address, start, deltas: kept };
    }
    for (const [address, { start, deltas }] of this.pending) yield { address, start, deltas: deltas.finish() };
  }

  private *balanceChanges(): Generator<BalanceChange> {
    for (const [address, totals] of this.balances) {
      const unused = totals.received === 0n && totals.balance === 0n;
      yield { address, balance: unused ? null : totals };
    }
  }

  flushed(): void {
    this.pending.clear();
    this.cut.clear();
    this.balances.clear();
  }
}
