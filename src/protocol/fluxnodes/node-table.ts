import { compareOutPoints, type OutPoint, outPointKey } from "../primitives/index.ts";
import type { DelegateEntry, DelegateSet } from "./delegates.ts";
import { HeightIndex } from "./height-index.ts";
import { PaymentQueue } from "./payment-queue.ts";
import type { FluxnodeRecord, NodeStatus } from "./record.ts";
import { TIERS, type Tier } from "./tiers.ts";

interface Indexes {
  readonly nodes: Map<string, FluxnodeRecord>;
  readonly delegates: Map<string, DelegateEntry>;
  /** START and DOS lists by the height of the START, the confirmed list by the height of the last confirmation. */
  readonly byHeight: Readonly<Record<NodeStatus, HeightIndex>>;
  readonly queues: readonly PaymentQueue[];
  /** Confirmed nodes by tier and amount: what the collateral transition sweeps. */
  readonly byAmount: Map<string, Set<string>>;
}

function emptyIndexes(): Indexes {
  return {
    nodes: new Map(),
    delegates: new Map(),
    byHeight: { started: new HeightIndex(), dos: new HeightIndex(), confirmed: new HeightIndex() },
    queues: TIERS.map(() => new PaymentQueue()),
    byAmount: new Map(),
  };
}

function sortedByOutPoint<T extends { readonly collateral: OutPoint }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => compareOutPoints(a.collateral, b.collateral));
}

/**
 * The deterministic node list after some block (spec fluxnodes.md 8.1). An outpoint stands in at most one of the lists, so one map
 * with a status does for all three. Every change costs the logarithm of the number of nodes.
 */
export class NodeTable {
  private readonly indexes: Indexes;

  constructor(indexes: Indexes = emptyIndexes()) {
    this.indexes = indexes;
  }

  /** The node of a collateral, in whichever list it is. */
  find(collateral: OutPoint): FluxnodeRecord | undefined {
    return this.indexes.nodes.get(outPointKey(collateral));
  }

  /** {@link find} by `outPointKey`. */
  findByKey(key: string): FluxnodeRecord | undefined {
    return this.indexes.nodes.get(key);
  }

  /** The stored delegates of a collateral; they outlive node and collateral. */
  delegates(collateral: OutPoint): DelegateSet | undefined {
    return this.indexes.delegates.get(outPointKey(collateral))?.delegates;
  }

  count(status: NodeStatus): number {
    return this.indexes.byHeight[status].size;
  }

  /** Confirmed nodes of a tier. */
  tierCount(tier: Tier): number {
    return this.queueOf(tier).size;
  }

  /** The node of a tier that is paid next. */
  head(tier: Tier): FluxnodeRecord | undefined {
    const key = this.queueOf(tier).head();
    return key === undefined ? undefined : this.required(key);
  }

  /** Confirmed nodes of a tier in payment order. */
  *queue(tier: Tier): IterableIterator<FluxnodeRecord> {
    for (const key of this.queueOf(tier).keys()) yield this.required(key);
  }

  /** The nodes of a list in outpoint order. */
  list(status: NodeStatus): FluxnodeRecord[] {
    return sortedByOutPoint(this.resolve(this.indexes.byHeight[status].keys()));
  }

  /** Nodes of the START list whose START stands at this height. */
  startedAt(height: number): Iterable<FluxnodeRecord> {
    return this.resolve(this.indexes.byHeight.started.at(height));
  }

  /** Nodes of the DoS list whose START stands at this height. */
  dosAt(height: number): Iterable<FluxnodeRecord> {
    return this.resolve(this.indexes.byHeight.dos.at(height));
  }

  /** Nodes of the DoS list whose START stands at this height or below. */
  dosUpTo(height: number): Iterable<FluxnodeRecord> {
    return this.resolve(this.indexes.byHeight.dos.upTo(height));
  }

  /** Confirmed nodes whose last confirmation stands at this height or below. */
  confirmedUpTo(height: number): Iterable<FluxnodeRecord> {
    return this.resolve(this.indexes.byHeight.confirmed.upTo(height));
  }

  /** Confirmed nodes of a tier whose collateral is none of these amounts (zatoshi). */
  *confirmedWithOtherAmount(tier: Tier, amounts: readonly bigint[]): IterableIterator<FluxnodeRecord> {
    const kept = new Set(amounts.map((amount) => amountKey(tier, amount)));
    for (const [group, keys] of this.indexes.byAmount) {
      if (group.startsWith(`${tier}:`) && !kept.has(group)) yield* this.resolve(keys);
    }
  }

  /** All nodes in outpoint order, whatever their list. */
  records(): FluxnodeRecord[] {
    return sortedByOutPoint(this.indexes.nodes.values());
  }

  /** All stored delegates in outpoint order. */
  delegateEntries(): DelegateEntry[] {
    return sortedByOutPoint(this.indexes.delegates.values());
  }

  /** Adds a node or replaces the one of the same collateral. */
  put(record: FluxnodeRecord): void {
    const key = outPointKey(record.collateral);
    this.unlink(key);
    this.indexes.nodes.set(key, record);
    this.indexes.byHeight[record.status].add(indexHeight(record), key);
    if (record.status !== "confirmed") return;
    this.queueOf(record.tier).add(record);
    const group = amountKey(record.tier, record.amount);
    const keys = this.indexes.byAmount.get(group);
    if (keys) keys.add(key);
    else this.indexes.byAmount.set(group, new Set([key]));
  }

  /** Removes the node of a collateral if there is one. */
  remove(collateral: OutPoint): void {
    this.unlink(outPointKey(collateral));
  }

  /** Stores the delegates of a collateral; null erases them. */
  putDelegates(collateral: OutPoint, delegates: DelegateSet | null): void {
    const key = outPointKey(collateral);
    if (delegates) this.indexes.delegates.set(key, { collateral, delegates });
    else this.indexes.delegates.delete(key);
  }

  /** An independent copy. Records are shared, since they never change. */
  clone(): NodeTable {
    const { nodes, delegates, byHeight, queues, byAmount } = this.indexes;
    return new NodeTable({
      nodes: new Map(nodes),
      delegates: new Map(delegates),
      byHeight: {
        started: byHeight.started.clone(),
        dos: byHeight.dos.clone(),
        confirmed: byHeight.confirmed.clone(),
      },
      queues: queues.map((queue) => queue.clone()),
      byAmount: new Map([...byAmount].map(([group, keys]) => [group, new Set(keys)])),
    });
  }

  private unlink(key: string): void {
    const record = this.indexes.nodes.get(key);
    if (!record) return;
    this.indexes.nodes.delete(key);
    this.indexes.byHeight[record.status].remove(indexHeight(record), key);
    if (record.status !== "confirmed") return;
    this.queueOf(record.tier).remove(record);
    const group = amountKey(record.tier, record.amount);
    const keys = this.indexes.byAmount.get(group);
    keys?.delete(key);
    if (keys?.size === 0) this.indexes.byAmount.delete(group);
  }

  private queueOf(tier: Tier): PaymentQueue {
    return this.indexes.queues[tier - 1] as PaymentQueue;
  }

  private required(key: string): FluxnodeRecord {
    const record = this.indexes.nodes.get(key);
    if (!record) throw new Error("an index of the node list names a node that is not there");
    return record;
  }

  private *resolve(keys: Iterable<string>): IterableIterator<FluxnodeRecord> {
    for (const key of keys) yield this.required(key);
  }
}

function indexHeight(record: FluxnodeRecord): number {
  return record.status === "confirmed" ? record.lastConfirmed : record.added;
}

function amountKey(tier: Tier, amount: bigint): string {
  return `${tier}:${amount}`;
}
