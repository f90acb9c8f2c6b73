import type { NetworkParams } from "../params/index.ts";
import {
  compareOutPoints,
  type FluxnodeConfirm,
  type FluxnodeStart,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../primitives/index.ts";
import { delegateUpdate } from "./delegates.ts";
import { type DelegateChange, type NodeChange, type NodeDelta, sameDelegates } from "./delta.ts";
import { leavingDos, outgrown, runningOut, unconfirmed } from "./expiry.ts";
import type { NodeTable } from "./node-table.ts";
import { type Collateral, type FluxnodeRecord, startedRecord } from "./record.ts";
import { sameOrigin, sameState } from "./record-codec.ts";

export interface BlockPlan {
  /** State after the parent block. */
  readonly table: NodeTable;
  readonly params: NetworkParams;
  readonly height: number;
  /** All transactions of a block that passed every fluxnode rule. */
  readonly transactions: readonly Transaction[];
  /** By `outPointKey`: what the collateral of each START in the block is worth (spec fluxnodes.md 7.4). */
  readonly startCollateral: ReadonlyMap<string, Collateral>;
  /** The nodes that the coinbase pays; none below the first height of payments. */
  readonly payees: readonly { readonly outpoint: OutPoint }[];
}

/** Changes on top of a table that stays as it is. */
class Draft {
  private readonly changed = new Map<string, { collateral: OutPoint; after: FluxnodeRecord | null }>();
  private readonly table: NodeTable;

  constructor(table: NodeTable) {
    this.table = table;
  }

  get(key: string): FluxnodeRecord | null {
    const change = this.changed.get(key);
    return change ? change.after : (this.table.findByKey(key) ?? null);
  }

  put(record: FluxnodeRecord): void {
    this.changed.set(outPointKey(record.collateral), { collateral: record.collateral, after: record });
  }

  remove(collateral: OutPoint): void {
    this.changed.set(outPointKey(collateral), { collateral, after: null });
  }

  changes(): NodeChange[] {
    const changes: NodeChange[] = [];
    for (const [key, { collateral, after }] of this.changed) {
      const before = this.table.findByKey(key) ?? null;
      if (!isSame(before, after)) changes.push({ outpoint: collateral, before, after });
    }
    return changes.sort((a, b) => compareOutPoints(a.outpoint, b.outpoint));
  }
}

function isSame(before: FluxnodeRecord | null, after: FluxnodeRecord | null): boolean {
  if (!before || !after) return before === after;
  return sameState(before, after) && sameOrigin(before, after);
}

/** The block's fluxnode transactions by kind and the outputs that its other transactions spend. */
function sortOut(transactions: readonly Transaction[]) {
  const starts: { tx: Transaction; start: FluxnodeStart }[] = [];
  const initials = new Map<string, FluxnodeConfirm>();
  const updates = new Map<string, FluxnodeConfirm>();
  const spent: OutPoint[] = [];
  for (const tx of transactions) {
    const node = tx.fluxnode;
    if (node?.kind === "start") starts.push({ tx, start: node });
    else if (node?.kind === "confirm")
      (node.updateType === 0 ? initials : updates).set(outPointKey(node.collateral), node);
    else for (const input of tx.inputs) spent.push(input.prevout);
  }
  return { starts, initials, updates, spent };
}

/** Confirmed nodes that the block removes, judged by the state after the parent (spec fluxnodes.md 8.5). */
function* expired(
  { table, params, height }: BlockPlan,
  updated: ReadonlyMap<string, unknown>,
  spent: readonly OutPoint[],
) {
  yield* outgrown(table, height, params);
  for (const record of unconfirmed(table, height, params)) {
    if (!updated.has(outPointKey(record.collateral))) yield record;
  }
  for (const outpoint of spent) {
    const record = table.find(outpoint);
    if (record?.status === "confirmed") yield record;
  }
}

function required(draft: Draft, key: string, status: FluxnodeRecord["status"]): FluxnodeRecord {
  const record = draft.get(key);
  if (record?.status !== status) throw new Error(`a block changes a node that is not ${status}`);
  return record;
}

/**
 * What connecting a valid block does to the node list (spec fluxnodes.md 8.4). Which nodes run out, expire or are paid is judged by
 * the state after the parent; the changes are then applied in the fixed order of the specification.
 * @throws Error when the block has a CONFIRM without its node or a START without collateral, which the rules refuse before.
 */
export function planBlock(plan: BlockPlan): NodeDelta {
  const { table, params, height, transactions, startCollateral, payees } = plan;
  const draft = new Draft(table);
  const { starts, initials, updates, spent } = sortOut(transactions);
  for (const { tx, start } of starts) {
    const collateral = startCollateral.get(outPointKey(start.collateral));
    if (!collateral) throw new Error("a block starts a node without collateral");
    draft.put(startedRecord(tx, start, height, collateral));
  }
  for (const record of runningOut(table, height, params)) {
    if (!initials.has(outPointKey(record.collateral))) draft.put({ ...record, status: "dos" });
  }
  for (const record of leavingDos(table, height, params)) draft.remove(record.collateral);
  for (const [key, { ip }] of initials) {
    const record = required(draft, key, "started");
    draft.put({ ...record, status: "confirmed", confirmed: height, lastConfirmed: height, lastPaid: 0, ip });
  }
  for (const [key, { ip }] of updates) {
    draft.put({ ...required(draft, key, "confirmed"), lastConfirmed: height, ip });
  }
  for (const record of expired(plan, updates, spent)) draft.remove(record.collateral);
  for (const { outpoint } of payees) {
    const record = draft.get(outPointKey(outpoint));
    if (record?.status === "confirmed") draft.put({ ...record, lastPaid: height });
  }
  return { nodes: draft.changes(), delegates: delegateChanges(table, starts) };
}

function delegateChanges(table: NodeTable, starts: readonly { start: FluxnodeStart }[]): DelegateChange[] {
  const changes: DelegateChange[] = [];
  for (const { start } of starts) {
    const after = delegateUpdate(start);
    if (after === undefined) continue;
    const before = table.delegates(start.collateral) ?? null;
    const outpoint = { txid: start.collateral.txid.slice(), index: start.collateral.index };
    if (!sameDelegates(before, after)) changes.push({ outpoint, before, after });
  }
  return changes.sort((a, b) => compareOutPoints(a.outpoint, b.outpoint));
}
