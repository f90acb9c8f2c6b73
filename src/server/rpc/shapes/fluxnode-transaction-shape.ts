import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { startKindOf, tierName } from "../../../protocol/fluxnodes/index.ts";
import {
  type FluxnodeConfirm,
  type FluxnodePayload,
  type FluxnodeStart,
  formatOutPoint,
  formatShortOutPoint,
  type Transaction,
} from "../../../protocol/primitives/index.ts";
import { scriptToAsm } from "../../../protocol/script/index.ts";
import type { JsonObject } from "../json-writer.ts";
import { byteText, toBase64 } from "./text.ts";

const TYPE_TEXTS: Readonly<Record<FluxnodePayload["kind"], string>> = {
  start: "Starting a fluxnode",
  confirm: "Confirming a fluxnode",
  untyped: "No type (Error)",
};

function upgradedStartShape(tx: Transaction, start: FluxnodeStart): JsonObject {
  const kind = startKindOf(tx);
  const { delegates } = start;
  return {
    fluxnode_upgraded_tx_version: start.fluxTxVersion,
    collateral_pubkey: kind === "normal" ? toBase64(start.collateralPublicKey) : undefined,
    redeemscript: kind === "p2sh" ? scriptToAsm(start.redeemScript) : undefined,
    ...(delegates?.using && {
      using_delegates: true,
      delegate_data: { version: delegates.version, type: delegates.type, keys: delegates.keys.map(toBase64) },
    }),
  };
}

function startShape(tx: Transaction, start: FluxnodeStart): JsonObject {
  return {
    ...(tx.version === 6 ? upgradedStartShape(tx, start) : { collateral_pubkey: toBase64(start.collateralPublicKey) }),
    zelnode_pubkey: toBase64(start.publicKey),
  };
}

function confirmShape(confirm: FluxnodeConfirm): JsonObject {
  return {
    update_type: confirm.updateType,
    benchmark_tier: tierName(confirm.benchmarkTier),
    benchmark_sigtime: confirm.benchmarkSigTime,
    benchmark_sig: toBase64(confirm.benchmarkSignature),
  };
}

/** The fields of a version 5 or 6 transaction after its version (spec rpc.md section 4). */
export function fluxnodeTransactionShape(tx: Transaction, payload: FluxnodePayload): JsonObject {
  const { collateral } = payload;
  return {
    type: TYPE_TEXTS[payload.kind],
    collateral_output: formatShortOutPoint(collateral),
    collateral: formatOutPoint(collateral),
    txhash: toDisplayHash(collateral.txid),
    outidx: String(collateral.index),
    sigtime: payload.kind === "untyped" ? 0 : payload.sigTime,
    sig: payload.kind === "untyped" ? "" : toBase64(payload.signature),
    ip: payload.kind === "confirm" ? byteText(payload.ip) : "",
    ...(payload.kind === "start" && startShape(tx, payload)),
    ...(payload.kind === "confirm" && confirmShape(payload)),
  };
}
