import {
  type DelegateData,
  DelegateType,
  FluxnodeType,
  FluxTxVersionBit,
  type OutPoint,
  type Transaction,
} from "../primitives/index.ts";
import { fluxnodeTransaction } from "./build.ts";

const EMPTY: Uint8Array = new Uint8Array(0);

/** What every START says, unsigned. */
export interface StartFields {
  readonly collateral: OutPoint;
  /** The node key, which will sign CONFIRMs and Proof-of-Node blocks; in the form that it will be used in. */
  readonly publicKey: Uint8Array;
  /** Unix seconds. */
  readonly sigTime: number;
}

/** Whom the collateral belongs to: the key of a P2PKH output, or the multisignature script of a P2SH output. */
export type StartOwner =
  | { readonly kind: "key"; readonly publicKey: Uint8Array }
  | { readonly kind: "script"; readonly redeemScript: Uint8Array };

/** START of version 5, unsigned; it names the owner's key, or the foundation's (spec fluxnodes.md 5.2). */
export function legacyStart(fields: StartFields, ownerKey: Uint8Array): Transaction {
  return startTransaction(5, fields, { kind: "key", publicKey: ownerKey }, 0, null);
}

/**
 * START of version 6, unsigned (spec fluxnodes.md 5.2), for heights from the upgrade P2SHNODES on.
 * @param delegates from Proof of Node on; null leaves the stored set alone
 */
export function upgradedStart(
  fields: StartFields,
  owner: StartOwner,
  delegates: DelegateData | null = null,
): Transaction {
  const owned = owner.kind === "key" ? FluxTxVersionBit.normal : FluxTxVersionBit.p2sh;
  return startTransaction(6, fields, owner, owned | (delegates ? FluxTxVersionBit.delegates : 0), delegates);
}

/** Delegates as a START of the owner sets them; no keys erase the stored set. */
export function updatedDelegates(keys: readonly Uint8Array[]): DelegateData {
  return { using: true, version: 1, type: DelegateType.update, keys };
}

/** Delegates as a START of a delegate carries them: none, only the sign that it is one. */
export const SIGNED_BY_DELEGATE: DelegateData = { using: true, version: 1, type: DelegateType.signing, keys: [] };

function startTransaction(
  version: 5 | 6,
  { collateral, publicKey, sigTime }: StartFields,
  owner: StartOwner,
  fluxTxVersion: number,
  delegates: DelegateData | null,
): Transaction {
  return fluxnodeTransaction(version, {
    kind: "start",
    type: FluxnodeType.start,
    collateral,
    collateralPublicKey: owner.kind === "key" ? owner.publicKey : EMPTY,
    publicKey,
    redeemScript: owner.kind === "script" ? owner.redeemScript : EMPTY,
    sigTime,
    signature: EMPTY,
    fluxTxVersion,
    delegates,
  });
}
