import { bytesKey } from "../../protocol/bytes/index.ts";
import type { OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import { isExpired } from "../../protocol/rules/index.ts";
import type { AddressKey } from "../state/chain-reader.ts";
import { AddressEntries } from "./address-entries.ts";
import { FeeEstimator } from "./fee-estimator.ts";
import { Lottery, type RandomBelow } from "./lottery.ts";
import { deltasUsage, entryUsage, evictionWeight, transactionCost } from "./memory-usage.ts";
import type { MempoolEntry } from "./mempool-entry.ts";
import type { FeeDelta, MempoolChange, MempoolReader, RemovalReason } from "./mempool-reader.ts";
import type { MempoolPolicy } from "./policy.ts";
import { PoolLinks, type PoolSpender } from "./pool-links.ts";
import { RecentIds } from "./recent-ids.ts";

export interface MempoolOptions {
  readonly policy: MempoolPolicy;
  /** Find transactions by address. */
  readonly addresses: boolean;
  readonly random: RandomBelow;
  readonly onChange: (change: MempoolChange) => void;
}

const EVICTION_MEMORY_ENTRIES = 40_000;

/** The transactions that wait for a block, and what follows from adding and removing one. What may be added is decided elsewhere. */
export class Mempool implements MempoolReader {
  readonly estimator: FeeEstimator;
  private readonly policy: MempoolPolicy;
  private readonly random: RandomBelow;
  private readonly onChange: (change: MempoolChange) => void;
  private readonly byKey = new Map<string, MempoolEntry>();
  private readonly links = new PoolLinks();
  private readonly addresses: AddressEntries | null;
  private readonly lottery = new Lottery();
  private readonly evicted: RecentIds;
  private readonly deltas = new Map<string, FeeDelta>();
  private cost = 0;
  private totalSize = 0;
  private entriesUsage = 0;
  private changeCount = 0;

  constructor({ policy, addresses, random, onChange }: MempoolOptions) {
    this.policy = policy;
    this.random = random;
    this.onChange = onChange;
    this.addresses = addresses ? new AddressEntries() : null;
    this.evicted = new RecentIds(policy.evictionMemory, EVICTION_MEMORY_ENTRIES);
    this.estimator = new FeeEstimator(policy.standard.relayFeeRate);
  }

  get size(): number {
    return this.byKey.size;
  }
  get bytes(): number {
    return this.totalSize;
  }
  get usage(): number {
    return this.entriesUsage + deltasUsage(this.deltas.size);
  }
  get changes(): number {
    return this.changeCount;
  }
  /** By `bytesKey` of the txid. */
  get byTxidKey(): ReadonlyMap<string, MempoolEntry> {
    return this.byKey;
  }

  has(txid: Uint8Array): boolean {
    return this.byKey.has(bytesKey(txid));
  }

  get(txid: Uint8Array): MempoolEntry | undefined {
    return this.byKey.get(bytesKey(txid));
  }

  entries(): MempoolEntry[] {
    return [...this.byKey.keys()].sort().map((key) => this.byKey.get(key) as MempoolEntry);
  }

  dependencies({ tx }: MempoolEntry): MempoolEntry[] {
    const parents = new Set<MempoolEntry>();
    for (const { prevout } of tx.inputs) {
      const parent = this.get(prevout.txid);
      if (parent) parents.add(parent);
    }
    return [...parents];
  }

  dependants({ tx }: MempoolEntry): MempoolEntry[] {
    return [...new Set(this.links.children(tx))];
  }

  spender(outpoint: OutPoint): PoolSpender | undefined {
    return this.links.spender(outpoint);
  }

  ofCollateral(collateral: OutPoint): MempoolEntry | undefined {
    return this.links.ofCollateral(collateral);
  }

  ofAddress(address: AddressKey): MempoolEntry[] {
    return [...(this.addresses?.of(address) ?? [])];
  }

  delta(txid: Uint8Array): FeeDelta {
    return this.deltas.get(bytesKey(txid)) ?? { priority: 0, fee: 0n };
  }

  allDeltas(): ReadonlyMap<string, FeeDelta> {
    return this.deltas;
  }

  estimateFee(blocks: number): bigint | null {
    return this.estimator.feeRate(blocks);
  }

  estimatePriority(blocks: number): number | null {
    return this.estimator.priority(blocks);
  }

  /** Changes how a transaction, in the pool or not, is rated when blocks are made. */
  prioritise(txid: Uint8Array, { priority, fee }: FeeDelta): void {
    const known = this.delta(txid);
    this.deltas.set(bytesKey(txid), { priority: known.priority + priority, fee: known.fee + fee });
  }

  /** Takes over a delta of an earlier run. @param key `bytesKey` of the txid */
  restoreDelta(key: string, delta: FeeDelta): void {
    this.deltas.set(key, delta);
  }

  wasEvicted(txid: Uint8Array, now: number): boolean {
    return this.evicted.has(bytesKey(txid), now);
  }

  /** True if another pool transaction spends one of the same outputs or notes. */
  conflicts(tx: Transaction): boolean {
    return !this.links.spendingSame(tx).next().done;
  }

  /**
   * Adds an entry that conflicts with no other.
   * @param learn false while the chain is far behind, so that nothing is learnt about fees
   */
  add(entry: MempoolEntry, learn: boolean): void {
    this.byKey.set(entry.key, entry);
    this.links.add(entry);
    this.addresses?.add(entry);
    this.lottery.add(entry.key, evictionWeight(entry.tx, entry.fee));
    this.cost += transactionCost(entry.tx);
    this.totalSize += entry.size;
    this.entriesUsage += entryUsage(entry);
    this.changeCount++;
    this.estimator.arrived(entry, learn);
    this.onChange({ kind: "added", entry });
  }

  /** Removes an entry, but not what depends on it. */
  remove(entry: MempoolEntry, reason: RemovalReason): void {
    if (!this.byKey.delete(entry.key)) return;
    this.links.remove(entry);
    this.addresses?.remove(entry);
    this.lottery.remove(entry.key);
    this.cost -= transactionCost(entry.tx);
    this.totalSize -= entry.size;
    this.entriesUsage -= entryUsage(entry);
    this.changeCount++;
    this.estimator.left(entry);
    this.onChange({ kind: "removed", entry, reason });
  }

  /** Removes an entry and everything that spends its outputs, directly or not. */
  removeWithDependants(entry: MempoolEntry, reason: RemovalReason): void {
    const doomed = [entry];
    for (let next = doomed.pop(); next; next = doomed.pop()) {
      doomed.push(...this.links.children(next.tx));
      this.remove(next, reason);
    }
  }

  /** Removes a transaction that need not be in the pool and everything there that spends its outputs. */
  removeBranch(tx: Transaction, reason: RemovalReason): void {
    const entry = this.get(tx.txid);
    if (entry) this.removeWithDependants(entry, reason);
    else for (const child of [...this.links.children(tx)]) this.removeWithDependants(child, reason);
  }

  /** Removes every entry that fails a test, with what depends on it. */
  removeWhere(doomed: (entry: MempoolEntry) => boolean, reason: RemovalReason): void {
    for (const entry of [...this.byKey.values()].filter(doomed)) this.removeWithDependants(entry, reason);
  }

  /**
   * Removes what a new block holds, what conflicts with it, and what has expired by it.
   * @param learn see {@link add}
   */
  blockConnected(transactions: readonly Transaction[], height: number, learn: boolean): void {
    const mined = this.size === 0 ? [] : this.minedEntries(transactions);
    if (this.size > 0 || this.deltas.size > 0) {
      for (const tx of transactions) this.removeMined(tx);
    }
    this.estimator.blockConnected(height, mined, learn);
    // One transaction per collateral: the pool's own one is outdated.
    for (const entry of mined) this.remove(entry, "conflict");
    if (this.size > 0) this.removeWhere(({ tx }) => isExpired(tx, height), "expired");
    this.changeCount++;
  }

  /** Entries that a block holds, or whose collateral a fluxnode transaction of it uses. */
  private minedEntries(transactions: readonly Transaction[]): MempoolEntry[] {
    return transactions.flatMap(
      (tx) => (tx.fluxnode ? this.links.ofCollateral(tx.fluxnode.collateral) : this.get(tx.txid)) ?? [],
    );
  }

  private removeMined(tx: Transaction): void {
    const entry = this.get(tx.txid);
    if (entry) this.remove(entry, "mined");
    for (const conflict of [...this.links.spendingSame(tx)]) this.removeWithDependants(conflict, "conflict");
    this.deltas.delete(bytesKey(tx.txid));
  }

  /** Evicts transactions drawn by their weight, with their dependants, until the rest is cheap enough. @param now Unix seconds */
  enforceLimit(now: number): void {
    while (this.cost > this.policy.costLimit) {
      const key = this.lottery.at(this.random(this.lottery.total));
      this.evicted.add(key, now);
      this.removeWithDependants(this.byKey.get(key) as MempoolEntry, "evicted");
    }
  }
}
