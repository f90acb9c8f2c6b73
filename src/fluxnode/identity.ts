import { FluxError } from "../platform/index.ts";
import { fromDisplayHash } from "../protocol/bytes/index.ts";
import { publicKeyCreate } from "../protocol/crypto/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { decodeWif, type OutPoint, type PrivateKey } from "../protocol/primitives/index.ts";

/** What makes this machine a fluxnode. */
export interface FluxnodeIdentity {
  readonly key: PrivateKey;
  /** In the form that the START has to name, byte for byte: the WIF form decides. */
  readonly publicKey: Uint8Array;
  readonly collateral: OutPoint;
}

export interface IdentitySettings {
  readonly fluxnodeKey: string | undefined;
  readonly fluxnodeCollateral: { readonly txid: string; readonly index: number } | undefined;
}

/**
 * The fluxnode that the settings describe; null for a machine that is none.
 * @throws FluxError fluxnode-settings, fluxnode-key-invalid (kind "usage"), in the daemon's words where it has some
 */
export function fluxnodeIdentity(settings: IdentitySettings, params: NetworkParams): FluxnodeIdentity | null {
  const { fluxnodeKey, fluxnodeCollateral } = settings;
  if (fluxnodeKey === undefined && fluxnodeCollateral === undefined) return null;
  if (fluxnodeKey === undefined) {
    throw new FluxError(
      "fluxnode-settings",
      "You must specify a fluxnode-key in the configuration: fluxnode-collateral alone makes no fluxnode",
      { kind: "usage", hint: "put it into secrets.conf; `fluxnode rpc createfluxnodekey` makes one" },
    );
  }
  if (fluxnodeCollateral === undefined) {
    throw new FluxError("fluxnode-settings", "Invalid fluxnode outpoint data: fluxnode-key needs fluxnode-collateral", {
      kind: "usage",
      hint: "fluxnode-collateral=TXID:INDEX is the output that holds the collateral",
    });
  }
  const key = decodeWif(fluxnodeKey, params.base58);
  if (!key) {
    throw new FluxError("fluxnode-key-invalid", "Invalid fluxnode-key: it is no private key of this network", {
      kind: "usage",
    });
  }
  const collateral = { txid: fromDisplayHash(fluxnodeCollateral.txid), index: fluxnodeCollateral.index };
  return { key, publicKey: publicKeyCreate(key.secret, key.compressed), collateral };
}
