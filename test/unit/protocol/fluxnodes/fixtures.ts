import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { type FluxnodeRecord, fluxnodeTransaction } from "../../../../src/protocol/fluxnodes/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  type FluxnodeConfirm,
  type FluxnodeStart,
  makeTransaction,
  type OutPoint,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";

export const VECTORS = join(import.meta.dir, "../../../vectors");

export function readJson(path: string) {
  const bytes = readFileSync(join(VECTORS, path));
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
}

export function readLines(path: string): string[] {
  return gunzipSync(readFileSync(join(VECTORS, path)))
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

export const vectors = readJson("fluxd/fluxnode-vectors.json");
export const main = network("main");

export function network(name: string): NetworkParams {
  const params = builtInNetwork(name);
  if (!params) throw new Error(`no network ${name}`);
  return params;
}

/** From "display txid:index" or "display txid". */
export function outpoint(text: string): OutPoint {
  const [txid, index] = text.split(":");
  return { txid: fromDisplayHash(txid as string), index: Number(index ?? 0) };
}

/** Distinct outpoints for tests. */
export function numberedOutpoint(n: number): OutPoint {
  const txid = new Uint8Array(32).fill(7);
  new DataView(txid.buffer).setUint32(0, n);
  return { txid, index: n % 3 };
}

const EMPTY = new Uint8Array(0);
export const OWNER_KEY = new Uint8Array(33).fill(2);
export const NODE_KEY = new Uint8Array(33).fill(3);

export function record(fields: Partial<FluxnodeRecord> & Pick<FluxnodeRecord, "collateral">): FluxnodeRecord {
  return {
    collateralPublicKey: OWNER_KEY,
    publicKey: NODE_KEY,
    redeemScript: EMPTY,
    fluxTxVersion: 0,
    txVersion: 5,
    tier: 1,
    amount: 100_000_000_000n,
    added: 1,
    confirmed: 0,
    lastConfirmed: 0,
    lastPaid: 0,
    ip: "",
    status: "started",
    ...fields,
  };
}

export function startTx(collateral: OutPoint, fields: Partial<FluxnodeStart> = {}, version: 5 | 6 = 5): Transaction {
  return fluxnodeTransaction(version, {
    kind: "start",
    type: 2,
    collateral,
    collateralPublicKey: OWNER_KEY,
    publicKey: NODE_KEY,
    redeemScript: EMPTY,
    sigTime: 1_700_000_000,
    signature: EMPTY,
    fluxTxVersion: version === 6 ? 1 : 0,
    delegates: null,
    ...fields,
  });
}

export function confirmTx(collateral: OutPoint, updateType: number, ip: string, fields: Partial<FluxnodeConfirm> = {}) {
  return fluxnodeTransaction(5, {
    kind: "confirm",
    type: 4,
    collateral,
    sigTime: 1_700_000_000,
    benchmarkTier: 3,
    benchmarkSigTime: 1_700_000_000,
    updateType,
    ip,
    signature: EMPTY,
    benchmarkSignature: EMPTY,
    ...fields,
  });
}

export function spendTx(prevouts: readonly OutPoint[]): Transaction {
  const {
    raw: _raw,
    txid: _txid,
    ...empty
  } = fluxnodeTransaction(5, {
    kind: "untyped",
    type: 1,
    collateral: numberedOutpoint(0),
  });
  return makeTransaction({
    ...empty,
    version: 1,
    fluxnode: null,
    inputs: prevouts.map((prevout) => ({ prevout, scriptSig: EMPTY, sequence: 0xffffffff })),
  });
}
