import type { FluxnodeRecord, NodeStatus } from "../../../protocol/fluxnodes/index.ts";
import { isPonHeight } from "../../../protocol/params/index.ts";
import { formatOutPoint } from "../../../protocol/primitives/index.ts";
import type { ChainReader } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { amountShape, paymentAddress } from "./fluxnode-shape.ts";

/** Blocks that a node stays in a list, before and from PON on. */
export interface WaitingPeriods {
  readonly beforePon: number;
  readonly fromPon: number;
}

/** Blocks left in the list for a START at a height. The RPC looks at the bare PON height (spec fluxnodes.md section 2.3). */
export function blocksLeft(added: number, periods: WaitingPeriods, { tip, params }: ChainReader): number {
  return (isPonHeight(params, tip.height) ? periods.fromPon : periods.beforePon) - (tip.height - added);
}

/**
 * The nodes of the START or DoS list by the blocks they have left, then by outpoint. Those with more than `most` blocks left or
 * with a negative number are not shown.
 * @param remaining key under which the blocks left are told
 */
export function waitingNodes(
  reader: ChainReader,
  status: Exclude<NodeStatus, "confirmed">,
  { remaining, periods, most }: { readonly remaining: string; readonly periods: WaitingPeriods; readonly most: number },
): JsonObject[] {
  const left = ({ added }: FluxnodeRecord) => blocksLeft(added, periods, reader);
  return reader.nodes
    .list(status)
    .filter((record) => left(record) >= 0 && left(record) <= most)
    .sort((a, b) => left(a) - left(b))
    .map((record) => ({
      collateral: formatOutPoint(record.collateral),
      added_height: record.added,
      payment_address: paymentAddress(record, reader),
      [remaining]: left(record),
      ...amountShape(record),
    }));
}
