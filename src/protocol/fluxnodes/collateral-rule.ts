import { isActive, type NetworkParams } from "../params/index.ts";
import type { CoinView, Transaction } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { isFoundationKey } from "./foundation-key.ts";
import type { Collateral } from "./record.ts";
import { tierOfAmount } from "./tiers.ts";
import { COLLATERAL_MATURITY } from "./windows.ts";

/**
 * The collateral of a START or CONFIRM at `height`, or the reference's text for what is wrong with it (spec fluxnodes.md 7.4).
 * @param coins coins as the transactions before this one in the block left them
 */
export function collateralOf(
  tx: Transaction,
  height: number,
  params: NetworkParams,
  coins: CoinView,
): Collateral | string {
  const node = tx.fluxnode;
  if (!node || node.kind === "untyped") return "Not a Fluxnode Tx";
  const coin = coins.coin(node.collateral);
  if (!coin) return "Coins not available";
  if (height - coin.height < COLLATERAL_MATURITY) return "Minimum height requirement not met";
  const tier = tierOfAmount(coin.value, height, params);
  if (tier === null) return "Couldn't get coin tier from amount";
  // A CONFIRM names no owner key, so foundation nodes that were started in time can go on confirming.
  const foundation = node.kind === "start" && isFoundationKey(node.collateralPublicKey, params);
  if (foundation && !isActive(params, "halving", height)) return "Using P2SH collateral key before it is active";
  const p2shNodes = isActive(params, "p2shNodes", height);
  if (tx.version === 6 && !p2shNodes) return "Using P2SH nodes before it is active";
  if (foundation && p2shNodes) {
    return "Old Style P2SH Nodes is no longer available. Please use new transaction version 6 style.";
  }
  return { tier, amount: coin.value };
}

/** The verdict on a block with a transaction that {@link collateralOf} refused. */
export function blockCollateralReject(detail: string): Reject {
  return reject("fluxnode.collateral", `bad-txns-fluxnode-tx-inputs-missingorspent-${detail}`, 100);
}

/** The verdict of the mempool on a transaction that {@link collateralOf} refused. */
export function mempoolCollateralReject(detail: string): Reject {
  const reason = `bad-txns-fluxnode-inputs-invalid-spent-or-bad-value-${detail}`;
  return reject("fluxnode.collateral", reason, 10, { scope: "now" });
}
