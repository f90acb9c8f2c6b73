import type { NetworkParams } from "../params/index.ts";
import { type FluxnodeConfirm, hasShieldedParts, isNullOutPoint, type Transaction } from "../primitives/index.ts";
import { isMultisigScript } from "../script/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { delegatesAreValid } from "./delegates.ts";
import type { NodeKeys } from "./node-keys.ts";
import { checkFluxnodeSignatures } from "./signatures.ts";
import { startKindOf } from "./start-kind.ts";
import { isTier } from "./tiers.ts";
import { maxIpLength } from "./windows.ts";

const MAX_SCRIPT_SIZE = 10_000;

/**
 * Spec fluxnodes.md 7.1 items 1 to 7: what a version 5 or 6 transaction must be on its own.
 * @param table state after the parent block, or what is known of it, for the signatures that depend on it; null for nothing, then
 *   they are left out. The reference looks at its live table instead, and so can refuse good blocks of another branch (8.9).
 */
export function checkFluxnodeTransaction(
  tx: Transaction,
  params: NetworkParams,
  table: NodeKeys | null,
): Reject | null {
  const node = tx.fluxnode;
  if (!node) throw new Error("not a fluxnode transaction");
  if (tx.inputs.length > 0 || tx.outputs.length > 0 || hasShieldedParts(tx)) {
    return reject("fluxnode.not-empty", "bad-txns-fluxnode-tx-not-empty", 10);
  }
  if (node.kind === "untyped") return reject("fluxnode.type", "bad-txns-fluxnode-tx-invalid-type", 10);
  if (isNullOutPoint(node.collateral))
    return reject("fluxnode.null-collateral", "bad-txns-fluxnode-tx-null-prevout", 10);
  if (node.kind === "start") {
    if (startKindOf(tx) === "p2sh") {
      const refused = checkRedeemScript(node.redeemScript);
      if (refused) return refused;
    }
    if (!delegatesAreValid(node)) {
      return reject("fluxnode.delegates", "bad-txns-fluxnode-tx-delegate-data-invalid", 10);
    }
  }
  const refused = checkFluxnodeSignatures(tx, params, table);
  if (refused) return refused;
  return node.kind === "confirm" ? checkConfirmFields(node) : null;
}

function checkRedeemScript(script: Uint8Array): Reject | null {
  if (script.length > MAX_SCRIPT_SIZE) {
    return reject("fluxnode.redeem-script-size", "bad-txns-fluxnode-tx-redeemscript-to-large", 10);
  }
  if (!isMultisigScript(script)) {
    return reject("fluxnode.redeem-script", "bad-txns-fluxnode-tx-redeemscript-not-multisig", 10);
  }
  return null;
}

function checkConfirmFields(confirm: FluxnodeConfirm): Reject | null {
  if (!isTier(confirm.benchmarkTier)) {
    return reject("fluxnode.benchmark-tier", "bad-txns-fluxnode-tx-invalid-benchmark-tier", 10);
  }
  if (confirm.ip.length > maxIpLength(confirm.benchmarkSigTime)) {
    return reject("fluxnode.ip-size", "bad-txns-fluxnode-tx-ip-address-to-large", 100);
  }
  if (confirm.updateType !== 0 && confirm.updateType !== 1) {
    return reject("fluxnode.update-type", "bad-txns-fluxnode-tx-invalid-update-type", 10);
  }
  return null;
}
