import { FluxError } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import { hash160, publicKeyCreate } from "../../protocol/crypto/index.ts";
import {
  checkFluxnodeTransaction,
  legacyStart,
  NodeTable,
  signStart,
  updatedDelegates,
  upgradedStart,
} from "../../protocol/fluxnodes/index.ts";
import { isActive, type NetworkParams } from "../../protocol/params/index.ts";
import {
  decodeTransaction,
  type OutPoint,
  type PrivateKey,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import { destinationOf, isPayToPublicKeyHash, multisigKeys } from "../../protocol/script/index.ts";
import type { StartRequest } from "./start-request.ts";

export interface StartPlace {
  readonly collateral: OutPoint;
  /** Script of the collateral's output. */
  readonly script: Uint8Array;
  /** Of the block that is to hold the START. */
  readonly height: number;
  /** Unix seconds. */
  readonly now: number;
}

function refused(code: string, message: string, hint?: string): FluxError {
  return new FluxError(code, message, { kind: "refused", hint });
}

const WRONG_KEY = "--owner-key-file has to hold the key of the address where the collateral lies";

/** The key in the form of which one of the public keys is; null if none is of it. */
function inForm(key: PrivateKey, isOwner: (publicKey: Uint8Array) => boolean): PrivateKey | null {
  const forms = [key.compressed, !key.compressed].map((compressed) => ({ secret: key.secret, compressed }));
  return forms.find(({ secret, compressed }) => isOwner(publicKeyCreate(secret, compressed))) ?? null;
}

function requireHeights({ delegates, redeemScript }: StartRequest, height: number, params: NetworkParams): void {
  if (!isActive(params, "kamata", height)) throw refused("too-early", "this chain has no fluxnodes yet");
  if (redeemScript && !isActive(params, "p2shNodes", height)) {
    throw refused("too-early", "this chain has no fluxnodes with multisignature collateral yet");
  }
  if (delegates.length > 0 && !isActive(params, "pon", height)) {
    throw refused("too-early", "this chain has no delegates before Proof of Node");
  }
}

/**
 * Builds and signs the START of a fluxnode: version 5 before the upgrade P2SHNODES, 6 from there on, and checks it as the chain will.
 * @throws FluxError too-early, owner-key-wrong, delegates-impossible, redeem-script-wrong, redeem-script-missing, start-invalid (kind "refused")
 */
export function buildStart(request: StartRequest, place: StartPlace, params: NetworkParams): Transaction {
  const { collateral, script, height, now } = place;
  requireHeights(request, height, params);
  const fields = { collateral, publicKey: request.nodePublicKey, sigTime: now };
  const tx = request.redeemScript
    ? multisignatureStart(request, request.redeemScript, place, fields)
    : keyStart(request, script, isActive(params, "p2shNodes", height), fields);
  const broken = checkFluxnodeTransaction(decodeTransaction(tx.raw), params, new NodeTable());
  if (broken) throw refused("start-invalid", `the transaction would be refused: ${broken.reason}`);
  return tx;
}

type Fields = Parameters<typeof legacyStart>[0];

function delegatesOf({ delegates }: StartRequest) {
  return delegates.length > 0 ? updatedDelegates(delegates) : null;
}

function keyStart(request: StartRequest, script: Uint8Array, upgraded: boolean, fields: Fields): Transaction {
  const destination = destinationOf(script);
  if (destination?.kind === "scripthash") {
    throw refused(
      "redeem-script-missing",
      "the collateral lies at a multisignature address",
      "give its script with --redeem-script",
    );
  }
  if (request.delegates.length > 0 && !isPayToPublicKeyHash(script)) {
    throw refused("delegates-impossible", "a collateral that is paid to a bare public key can have no delegates");
  }
  const owner = inForm(
    request.ownerKey,
    (publicKey) => destination?.kind === "pubkeyhash" && equalBytes(hash160(publicKey), destination.hash),
  );
  if (!owner) throw refused("owner-key-wrong", "the collateral does not belong to this key", WRONG_KEY);
  const publicKey = publicKeyCreate(owner.secret, owner.compressed);
  // Version 6 knows no outputs that name the key itself; version 5 still takes them.
  const start =
    upgraded && isPayToPublicKeyHash(script)
      ? upgradedStart(fields, { kind: "key", publicKey }, delegatesOf(request))
      : legacyStart(fields, publicKey);
  return signStart(start, owner);
}

function multisignatureStart(
  request: StartRequest,
  redeemScript: Uint8Array,
  { script }: StartPlace,
  fields: Fields,
): Transaction {
  const destination = destinationOf(script);
  if (destination?.kind !== "scripthash" || !equalBytes(destination.hash, hash160(redeemScript))) {
    throw refused("redeem-script-wrong", "the collateral does not lie at the address of this --redeem-script");
  }
  const keys = multisigKeys(redeemScript)?.publicKeys;
  if (!keys) throw refused("redeem-script-wrong", "--redeem-script is no multisignature script");
  const owner = inForm(request.ownerKey, (publicKey) => keys.some((key) => equalBytes(key, publicKey)));
  if (!owner) {
    throw refused("owner-key-wrong", "the redeem script does not name this key", "one of its keys has to sign");
  }
  return signStart(upgradedStart(fields, { kind: "script", redeemScript }, delegatesOf(request)), owner);
}
