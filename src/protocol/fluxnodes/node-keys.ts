import type { OutPoint } from "../primitives/index.ts";
import type { DelegateSet } from "./delegates.ts";
import type { NodeTable } from "./node-table.ts";
import type { FluxnodeRecord } from "./record.ts";

/** The keys that a node list names: those of a whole {@link NodeTable}, or what of it holds for another block. */
export interface NodeKeys {
  find(collateral: OutPoint): Pick<FluxnodeRecord, "publicKey"> | undefined;
  /** undefined if there are none, null if that is not known. */
  delegates(collateral: OutPoint): Pick<DelegateSet, "keys"> | undefined | null;
}

/**
 * What a node list tells of the one at an earlier block of the same chain: a node that was started by then had the same key. Where
 * the reference judges a competitor of its tip by the list of the tip (spec fluxnodes.md 8.9), these keys give the same verdict
 * without being wrong for another one.
 * @param height of the earlier block
 */
export function keysSince(table: NodeTable, height: number): NodeKeys {
  return {
    find(collateral) {
      const record = table.find(collateral);
      return record && record.added <= height ? record : undefined;
    },
    // A set does not tell since when it is stored.
    delegates: () => null,
  };
}
