import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { blockWork, maxReorgDepth } from "../../protocol/rules/index.ts";

/** Seconds. Blocks that left the chain earlier would only help to tell this node from others. */
const ONE_MONTH = 30 * 24 * 3600;

/** Level of a block whose scripts were verified. */
const FULLY_VALID = 3;

/** True if a peer that asks for a block gets it: one of the active chain, or one beside it that is valid and not old. */
export function mayServeBlock(view: ChainView, entry: HeaderEntry): boolean {
  if (view.isActive(entry)) return true;
  if (entry.failed || entry.failedAncestor || entry.validity < FULLY_VALID) return false;
  const { bestHeader, tip, params } = view;
  const work = blockWork(bestHeader.header);
  const behind = bestHeader.chainWork > entry.chainWork ? bestHeader.chainWork - entry.chainWork : 0n;
  const equivalent = work > 0n ? (behind * BigInt(params.powTargetSpacing)) / work : 0n;
  return (
    bestHeader.time - entry.time < ONE_MONTH &&
    equivalent < BigInt(ONE_MONTH) &&
    tip.height - (entry.height - 1) < maxReorgDepth(tip.height)
  );
}
