import type { NodeTable } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { equalOutPoints, type OutPoint } from "../../protocol/primitives/index.ts";
import { type ChainEntry, checkPonTarget, comparePonHash, nextPonBits, ponHash } from "../../protocol/rules/index.ts";

/** A node whose lot is good for a slot. */
export interface EligibleNode {
  readonly collateral: OutPoint;
  /** PON hash. */
  readonly lot: Uint8Array;
}

/** The confirmed nodes that may make the block on top of `parent` in a slot, best first (spec pon.md section 12). */
export function eligibleNodes(
  nodes: NodeTable,
  parent: ChainEntry,
  slot: number,
  params: NetworkParams,
): EligibleNode[] {
  const bits = nextPonBits(parent, params);
  return nodes
    .list("confirmed")
    .map(({ collateral }) => ({ collateral, lot: ponHash(collateral, parent.hash, slot) }))
    .filter(({ lot }) => checkPonTarget(lot, bits, params, parent.height + 1))
    .sort((a, b) => comparePonHash(a.lot, b.lot));
}

/** The rank of a node among those, from 1; null if it is not one of them. */
export function rankOf(collateral: OutPoint, eligible: readonly EligibleNode[]): number | null {
  const index = eligible.findIndex((node) => equalOutPoints(node.collateral, collateral));
  return index < 0 ? null : index + 1;
}
