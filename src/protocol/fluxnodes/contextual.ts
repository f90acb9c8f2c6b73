import { equalBytes } from "../bytes/index.ts";
import { hash160 } from "../crypto/index.ts";
import { isActive, type NetworkParams } from "../params/index.ts";
import type { CoinView, FluxnodeConfirm, FluxnodeStart, Transaction } from "../primitives/index.ts";
import { destinationOf, isPayToPublicKeyHash } from "../script/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { foundationKeyAt } from "./foundation-key.ts";
import type { NodeTable } from "./node-table.ts";
import { nodeSignature, verifyMessage } from "./signatures.ts";
import { startKindOf } from "./start-kind.ts";
import { mayUpdateAt } from "./update-height.ts";

export interface FluxnodeContext {
  /** State after the parent block (in the mempool: after the tip). */
  readonly table: NodeTable;
  /** Coins after the parent block; what the same block does to them does not count here. */
  readonly coins: CoinView;
  /** True when a block is judged, false for the mempool. */
  readonly blockPath: boolean;
  /** Misbehaviour points: 100 in blocks, 10 in the mempool. */
  readonly score: number;
  /** True if `checkTableSignatures` passed against this very table, so that a CONFIRM's node signature need not be recovered twice. */
  readonly signaturesChecked?: boolean;
}

/** Spec fluxnodes.md 7.2 items 1 and 2: what the height alone decides, so it holds for stored blocks too. */
export function checkFluxnodeActivation(
  tx: Transaction,
  height: number,
  params: NetworkParams,
  score: number,
): Reject | null {
  if (!isActive(params, "kamata", height)) return reject("fluxnode.not-active", "tx-fluxnodes-not-active", score);
  if (tx.version !== 6) return null;
  if (!isActive(params, "p2shNodes", height)) return reject("fluxnode.v6-not-active", "tx-p2shnodes-not-active", score);
  if (isActive(params, "pon", height)) return null;
  // A CONFIRM carries no version bits and counts as 0, so version 6 CONFIRMs only exist from PON on.
  const fluxTxVersion = tx.fluxnode?.kind === "start" ? tx.fluxnode.fluxTxVersion : 0;
  if (fluxTxVersion === 1 || fluxTxVersion === 2) return null;
  return reject("fluxnode.bits-not-active", "tx-bit-features-not-active", score);
}

/**
 * Spec fluxnodes.md 7.2 and 7.3: a fluxnode transaction that passed the stateless check, in a block at `height` whose parent left
 * exactly the given state. The reference lets a START pass that its table added at the same height, for competing blocks that
 * it judges by the tip's state; a table after the parent cannot hold such a node.
 */
export function checkFluxnodeInContext(
  tx: Transaction,
  height: number,
  params: NetworkParams,
  context: FluxnodeContext,
): Reject | null {
  const inactive = checkFluxnodeActivation(tx, height, params, context.score);
  if (inactive) return inactive;
  if (tx.fluxnode?.kind === "start") return checkStart(tx, tx.fluxnode, params, context);
  if (tx.fluxnode?.kind === "confirm") return checkConfirm(tx.fluxnode, height, params, context);
  return reject("fluxnode.malicious-type", "fluxnode-tx-malicious-type", 100);
}

function checkStart(
  tx: Transaction,
  start: FluxnodeStart,
  params: NetworkParams,
  { table, coins, score }: FluxnodeContext,
) {
  const refuse = (rule: string, reason: string) => reject(`fluxnode.${rule}`, `fluxnode-tx-${reason}`, score);
  const record = table.find(start.collateral);
  if (record?.status === "confirmed") return refuse("already-confirmed", "already-in-confirm-chain");
  if (record) return refuse("already-started", "already-in-chain-or-waiting-for-dos-unban");
  const coin = coins.coin(start.collateral);
  if (!coin) {
    if (!coins.hasTransaction(start.collateral.txid)) return refuse("collateral-not-found", "coins-not-found");
    return refuse("collateral-not-available", "coins-not-available");
  }
  const destination = destinationOf(coin.script);
  if (!destination) return refuse("collateral-destination", "failed-to-extract-destination");
  const kind = startKindOf(tx);
  if (kind === "normal" && !isPayToPublicKeyHash(coin.script))
    return refuse("not-p2pkh", "normal-version-not-p2pkh-script");
  if (kind === "p2sh" && destination.kind !== "scripthash") return refuse("not-p2sh", "p2sh-version-not-p2sh-script");
  if (destination.kind === "pubkeyhash") {
    if (equalBytes(destination.hash, hash160(start.collateralPublicKey))) return null;
    return refuse("owner", "destinations-didn't-match");
  }
  if (kind === "p2sh") {
    if (equalBytes(destination.hash, hash160(start.redeemScript))) return null;
    return refuse("redeem-script-hash", "p2shnodes-destinations-didn't-match");
  }
  if (equalBytes(start.collateralPublicKey, foundationKeyAt(start.sigTime, params))) return null;
  return refuse("foundation-key", "p2sh-publickeys-didn't-match");
}

function checkConfirm(confirm: FluxnodeConfirm, height: number, params: NetworkParams, context: FluxnodeContext) {
  const { table, score } = context;
  const refuse = (rule: string, reason: string) => reject(`fluxnode.${rule}`, `fluxnode-tx-${reason}`, score);
  const record = table.find(confirm.collateral);
  if (!record) return refuseUnnamed("confirm-without-node", "fluxnode-tx-confirm-without-node", context);
  if (record.tier > confirm.benchmarkTier) return refuse("benchmark-too-low", "benchmark-tier-to-low-for-collateral");
  if (!context.signaturesChecked && !signedByNode(confirm, table)) {
    return refuseUnnamed("confirm-wrong-node-key", "fluxnode-tx-confirm-wrong-node-key", context);
  }
  if (confirm.updateType === 0) {
    return record.status === "started" ? null : refuse("not-started", "invalid-confirm-outpoint-not-started");
  }
  if (confirm.updateType !== 1)
    return reject("fluxnode.malicious-update-type", "fluxnode-tx-malicious-update-type", 100);
  if (record.status !== "confirmed") return refuse("not-confirmed", "invalid-update-confirm-outpoint-not-confirmed");
  if (mayUpdateAt(record, confirm.ip, height, params)) return null;
  return refuse("too-soon", "invalid-update-confirm-outpoint-not-confirmed-or-too-soon");
}

function signedByNode(confirm: FluxnodeConfirm, table: NodeTable): boolean {
  const signature = nodeSignature(confirm, table);
  return signature !== null && verifyMessage(signature);
}

/**
 * The two failures for which the reference gives neither reason nor score. In the mempool they are answered the same way. A block
 * with one stays unjudged there: it is tried again with every new block and keeps good blocks of its height from connecting. By the
 * rule it can never connect, so here it is refused with a reason of its own; a wrong signature condemns only this copy.
 */
function refuseUnnamed(rule: string, reason: string, { blockPath, score }: FluxnodeContext): Reject {
  const scope = rule === "confirm-wrong-node-key" ? "copy" : "hash";
  return blockPath
    ? reject(`fluxnode.${rule}`, reason, score, { scope })
    : reject(`fluxnode.${rule}`, "", 0, { scope: "now" });
}
