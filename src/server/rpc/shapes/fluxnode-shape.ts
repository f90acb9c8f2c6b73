import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import {
  type FluxnodeRecord,
  isFoundationKey,
  isP2shNode,
  networkOfIp,
  networkOfNode,
  paymentDestination,
  TIERS,
  tierName,
} from "../../../protocol/fluxnodes/index.ts";
import { encodeAddress, formatAmount, formatOutPoint, type OutPoint } from "../../../protocol/primitives/index.ts";
import { keyDestination } from "../../../protocol/script/index.ts";
import type { ChainReader } from "../context.ts";
import { type JsonObject, RawJson, writeJson } from "../json-writer.ts";
import { byteText } from "./text.ts";

/** Addresses of nodes that are paid to a key or script of their own; records never change. */
const ownAddresses = new WeakMap<FluxnodeRecord, string>();
/** JSON of nodes up to their rank, which changes with every block. */
const nodeTexts = new WeakMap<FluxnodeRecord, string>();

/** True for a node whose payments follow its collateral coin instead of the record. */
function isPaidByCoin(record: FluxnodeRecord, reader: ChainReader): boolean {
  return !isP2shNode(record) && isFoundationKey(record.collateralPublicKey, reader.params);
}

function findPaymentAddress(record: FluxnodeRecord, reader: ChainReader): string {
  const coins = { coin: (outpoint: OutPoint) => reader.coin(outpoint), hasTransaction: () => false };
  const destination = paymentDestination(record, reader.params, coins);
  return destination ? encodeAddress(destination, reader.params.base58) : "";
}

/** Address that a node is paid to; empty if it has none (a foundation node whose collateral is spent). */
export function paymentAddress(record: FluxnodeRecord, reader: ChainReader): string {
  const known = ownAddresses.get(record);
  if (known !== undefined) return known;
  const address = findPaymentAddress(record, reader);
  if (!isPaidByCoin(record, reader)) ownAddresses.set(record, address);
  return address;
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
export function timeAt(height: number, reader: ChainReader): string | number {
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

/** One node of `listfluxnodes` without its rank. */
function nodeShape(record: FluxnodeRecord, reader: ChainReader): JsonObject {
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
  };
}

/**
 * This machine's node as `getfluxnodestatus` tells it: the network of the text with its port, and for a foundation node the
 * address of the foundation's key (spec fluxnode-config.md 10.3).
 */
export function ownNodeShape(record: FluxnodeRecord, reader: ChainReader): JsonObject {
  const owner = isP2shNode(record) ? null : keyDestination(record.collateralPublicKey);
  return {
    ...nodeShape(record, reader),
    network: networkOfIp(record.ip),
    payment_address: owner ? encodeAddress(owner, reader.params.base58) : paymentAddress(record, reader),
  };
}

/** Blocks below a record's heights cannot change without the record changing, so its times are kept as well. */
function nodeText(record: FluxnodeRecord, rank: number, reader: ChainReader): string {
  let text = nodeTexts.get(record);
  if (text === undefined) {
    text = writeJson(nodeShape(record, reader)).slice(0, -1);
    if (!isPaidByCoin(record, reader)) nodeTexts.set(record, text);
  }
  return `${text},"rank":${rank}}`;
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
export function nodeListShape(reader: ChainReader, filter = ""): RawJson {
  const texts: string[] = [];
  for (const tier of TIERS) {
    let rank = 0;
    for (const record of reader.nodes.queue(tier)) {
      if (filter === "" || matches(record, filter, reader)) texts.push(nodeText(record, rank, reader));
      rank++;
    }
  }
  return new RawJson(`[${texts.join(",")}]`);
}
