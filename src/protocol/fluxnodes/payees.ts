import type { NetworkParams } from "../params/index.ts";
import type { CoinView, Destination, OutPoint } from "../primitives/index.ts";
import { destinationOf, keyDestination, scriptDestination, scriptForDestination } from "../script/index.ts";
import { isFoundationKey } from "./foundation-key.ts";
import type { NodeTable } from "./node-table.ts";
import { type FluxnodeRecord, isP2shNode } from "./record.ts";
import { TIERS, type Tier } from "./tiers.ts";

/** The node that a block has to pay for one tier. */
export interface Payee {
  readonly tier: Tier;
  readonly outpoint: OutPoint;
  readonly script: Uint8Array;
}

/**
 * The script that a node is paid to (spec fluxnodes.md 9.2): the hash of its redeem script, else of its owner key; a foundation node
 * is paid to the destination of its collateral coin, and has none (null) once that is spent.
 * @param coins coins after the same block as the record
 */
export function paymentScript(record: FluxnodeRecord, params: NetworkParams, coins: CoinView): Uint8Array | null {
  const destination = paymentDestination(record, params, coins);
  return destination && scriptForDestination(destination);
}

/** {@link paymentScript} as a destination. */
export function paymentDestination(record: FluxnodeRecord, params: NetworkParams, coins: CoinView): Destination | null {
  if (isP2shNode(record)) return scriptDestination(record.redeemScript);
  if (!isFoundationKey(record.collateralPublicKey, params)) return keyDestination(record.collateralPublicKey);
  const coin = coins.coin(record.collateral);
  return coin ? destinationOf(coin.script) : null;
}

/** The heads of the queues by tier, leaving out tiers without one. */
export function nextPayees(table: NodeTable, params: NetworkParams, coins: CoinView): Payee[] {
  const payees: Payee[] = [];
  for (const tier of TIERS) {
    const record = table.head(tier);
    const script = record && paymentScript(record, params, coins);
    if (record && script) payees.push({ tier, outpoint: record.collateral, script });
  }
  return payees;
}

/**
 * Whom the block at `height` must pay (spec subsidy-and-payouts.md section 3); nobody below the first height of payments.
 * @param table state after the parent block
 * @param coins coins after the parent block
 */
export function payeesAt(table: NodeTable, height: number, params: NetworkParams, coins: CoinView): Payee[] {
  return height < params.startPaymentsHeight ? [] : nextPayees(table, params, coins);
}
