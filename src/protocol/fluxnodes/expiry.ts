import { isActive, type NetworkParams } from "../params/index.ts";
import type { NodeTable } from "./node-table.ts";
import type { FluxnodeRecord } from "./record.ts";
import { allowedAmounts, TIERS, transitionOf } from "./tiers.ts";
import { confirmExpiry, dosRemoval, startExpiry } from "./windows.ts";

/** The reference stops looking for old collateral this many blocks after the last transition. */
const SWEEP_TAIL = 10;

/** Nodes whose START runs out at this height unless the block confirms them (spec fluxnodes.md 8.4). */
export function runningOut(table: NodeTable, height: number, params: NetworkParams): Iterable<FluxnodeRecord> {
  return table.startedAt(height - startExpiry(height, params));
}

/** Nodes that leave the DoS list at this height. Before PON only an exact age counts, from PON on a lower bound. */
export function leavingDos(table: NodeTable, height: number, params: NetworkParams): Iterable<FluxnodeRecord> {
  const added = height - dosRemoval(height, params);
  return isActive(params, "pon", height) ? table.dosUpTo(added) : table.dosAt(added);
}

/** Confirmed nodes that went too long without a CONFIRM. A CONFIRM in the block at this height still saves them (spec fluxnodes.md 8.5). */
export function unconfirmed(table: NodeTable, height: number, params: NetworkParams): Iterable<FluxnodeRecord> {
  return table.confirmedUpTo(height - confirmExpiry(height, params) - 1);
}

/**
 * Confirmed nodes whose tier has finished its collateral transition while their amount belongs to no tier any more; nothing in the
 * block saves them (spec fluxnodes.md 8.5). Note "no tier": the amount of another tier keeps a node.
 */
export function* outgrown(table: NodeTable, height: number, params: NetworkParams): IterableIterator<FluxnodeRecord> {
  if (height < transitionOf(1, params).begin || height >= transitionOf(3, params).end + SWEEP_TAIL) return;
  const amounts = TIERS.flatMap((tier) => allowedAmounts(tier, height, params));
  for (const tier of TIERS) {
    if (height >= transitionOf(tier, params).end) yield* table.confirmedWithOtherAmount(tier, amounts);
  }
}
