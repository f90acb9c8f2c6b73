import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import {
  type FluxnodeRecord,
  networkOfNode,
  paymentDestination,
  TIERS,
  tierName,
} from "../../../protocol/fluxnodes/index.ts";
import { encodeAddress, formatAmount, formatOutPoint } from "../../../protocol/primitives/index.ts";
import type { ChainReader } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { byteText } from "./text.ts";

/** Address that a node is paid to; empty if it has none (a foundation node whose collateral is spent). */
export function paymentAddress(record: FluxnodeRecord, reader: ChainReader): string {
  const coins = {
    coin: (outpoint: FluxnodeRecord["collateral"]) => reader.coin(outpoint),
    hasTransaction: () => false,
  };
  const destination = paymentDestination(record, reader.params, coins);
  return destination ? encodeAddress(destination, reader.params.base58) : "";
}

/** Coins with at least two decimals and no more zeros than that, e.g. `1000.00`. */
export function coinText(zatoshi: bigint): string {
  return formatAmount(zatoshi).replace(/0{1,6}$/, "");
}

/** `amount` of a node, left out while it is unknown. */
export function amountShape({ amount }: FluxnodeRecord): JsonObject {
  return { amount: amount > 0n ? coinText(amount) : undefined };
}

/** Block time at a height as text; the number 0 above the tip (spec rpc.md quirk 1). */
function timeAt(height: number, reader: ChainReader): string | number {
  const entry = reader.entryAt(height);
  return entry ? String(entry.time) : 0;
}

/** Heights of a node's life. */
export function heightsShape(record: FluxnodeRecord): JsonObject {
  return {
    added_height: record.added,
    confirmed_height: record.confirmed,
    last_confirmed_height: record.lastConfirmed,
    last_paid_height: record.lastPaid,
  };
}

/** One node of `listfluxnodes`. */
function nodeShape(record: FluxnodeRecord, rank: number, reader: ChainReader): JsonObject {
  return {
    collateral: formatOutPoint(record.collateral),
    txhash: toDisplayHash(record.collateral.txid),
    outidx: String(record.collateral.index),
    ip: byteText(record.ip),
    network: networkOfNode(record.ip),
    ...heightsShape(record),
    tier: tierName(record.tier),
    payment_address: paymentAddress(record, reader),
    pubkey: toHex(record.publicKey),
    activesince: timeAt(record.added, reader),
    lastpaid: timeAt(record.lastPaid, reader),
    ...amountShape(record),
    rank,
  };
}

/** True if a filter text stands in the collateral's txid, the node key, the ip or the payment address. */
function matches(record: FluxnodeRecord, filter: string, reader: ChainReader): boolean {
  return (
    toDisplayHash(record.collateral.txid).includes(filter) ||
    toHex(record.publicKey).includes(filter) ||
    byteText(record.ip).includes(filter) ||
    paymentAddress(record, reader).includes(filter)
  );
}

/** All confirmed nodes tier by tier in payment order; ranks count before filtering (spec rpc.md section 3). */
export function nodeListShape(reader: ChainReader, filter = ""): JsonObject[] {
  const list: JsonObject[] = [];
  for (const tier of TIERS) {
    let rank = 0;
    for (const record of reader.nodes.queue(tier)) {
      if (filter === "" || matches(record, filter, reader)) list.push(nodeShape(record, rank, reader));
      rank++;
    }
  }
  return list;
}
