import { equalBytes } from "../bytes/index.ts";
import { hash160 } from "../crypto/index.ts";
import { keyAtTime, type NetworkParams } from "../params/index.ts";
import type { FluxnodeConfirm, FluxnodeStart, Transaction } from "../primitives/index.ts";
import { multisigKeys } from "../script/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { isSignedByDelegate } from "./delegates.ts";
import { benchmarkMessage, confirmMessage, messageHash, startMessage } from "./messages.ts";
import type { NodeKeys } from "./node-keys.ts";
import { signerKeyHash } from "./recovered-signers.ts";
import { startKindOf } from "./start-kind.ts";

const COMPACT_SIGNATURE_LENGTH = 65;

/** A compact signature that is valid if any one of the keys made it. */
export interface MessageSignature {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly keys: readonly Uint8Array[];
}

/** Recovers the signer and compares key hashes; a signature of any length but 65 is invalid (spec fluxnodes.md 6.1). */
export function verifyMessage({ digest, signature, keys }: MessageSignature): boolean {
  if (signature.length !== COMPACT_SIGNATURE_LENGTH || keys.length === 0) return false;
  const signer = signerKeyHash(digest, signature);
  return signer !== null && keys.some((key) => equalBytes(hash160(key), signer));
}

/**
 * The node signature of a CONFIRM, or null while its node is unknown.
 * @param table state after the parent block
 */
export function nodeSignature(confirm: FluxnodeConfirm, table: NodeKeys): MessageSignature | null {
  const record = table.find(confirm.collateral);
  if (!record) return null;
  return { digest: messageHash(confirmMessage(confirm)), signature: confirm.signature, keys: [record.publicKey] };
}

function benchmarkSignature(confirm: FluxnodeConfirm, params: NetworkParams): MessageSignature {
  return {
    digest: messageHash(benchmarkMessage(confirm)),
    signature: confirm.benchmarkSignature,
    // The time is the transaction's own word: the signer picks the key's era (spec fluxnodes.md 4.1).
    keys: [keyAtTime(params.benchmarkKeys, confirm.benchmarkSigTime)],
  };
}

function ownerKeys(tx: Transaction, start: FluxnodeStart): readonly Uint8Array[] {
  return startKindOf(tx) === "p2sh"
    ? (multisigKeys(start.redeemScript)?.publicKeys ?? [])
    : [start.collateralPublicKey];
}

/** The signatures of a transaction that need no node list: a START by its owner and a benchmark result. */
export function ownSignatures(tx: Transaction, params: NetworkParams): MessageSignature[] {
  const node = tx.fluxnode;
  if (node?.kind === "start" && !isSignedByDelegate(node)) {
    return [{ digest: messageHash(startMessage(tx.txid)), signature: node.signature, keys: ownerKeys(tx, node) }];
  }
  if (node?.kind === "confirm" && !params.rules.benchmarkBypass) return [benchmarkSignature(node, params)];
  return [];
}

/**
 * The signatures that the node list decides: a CONFIRM by its node, if that is known, and a START by a stored delegate. A delegate
 * START never falls back to the owner's key (spec fluxnodes.md section 10).
 * @param table state after the parent block
 */
export function tableSignatures(tx: Transaction, table: NodeKeys): MessageSignature[] {
  const node = tx.fluxnode;
  if (node?.kind === "start" && isSignedByDelegate(node)) {
    const delegates = table.delegates(node.collateral);
    if (delegates === null) return [];
    return [{ digest: messageHash(startMessage(tx.txid)), signature: node.signature, keys: delegates?.keys ?? [] }];
  }
  const signature = node?.kind === "confirm" ? nodeSignature(node, table) : null;
  return signature ? [signature] : [];
}

/** The verdict on a wrong signature. The txid does not commit to signatures, so only this copy of transaction and block is bad. */
export function signatureReject(): Reject {
  return reject("fluxnode.signature", "bad-txns-fluxnode-tx-invalid-signature", 10, { scope: "copy" });
}

/**
 * Spec fluxnodes.md 7.1 item 6.
 * @param table state after the parent block, or null when it is not known; then what depends on it is left for later
 */
export function checkFluxnodeSignatures(tx: Transaction, params: NetworkParams, table: NodeKeys | null): Reject | null {
  const signatures = table ? tableSignatures(tx, table).concat(ownSignatures(tx, params)) : ownSignatures(tx, params);
  return signatures.every(verifyMessage) ? null : signatureReject();
}

/** The part of {@link checkFluxnodeSignatures} that a check without a table left out. */
export function checkTableSignatures(tx: Transaction, table: NodeKeys): Reject | null {
  return tableSignatures(tx, table).every(verifyMessage) ? null : signatureReject();
}
