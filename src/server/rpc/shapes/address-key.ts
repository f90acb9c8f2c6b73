import { equalBytes } from "../../../protocol/bytes/index.ts";
import type { NetworkParams } from "../../../protocol/params/index.ts";
import { decodeAddress } from "../../../protocol/primitives/index.ts";
import { isPayToPublicKeyHash, isPayToScriptHash } from "../../../protocol/script/index.ts";
import type { AddressKey } from "../context.ts";
import { addressText } from "./address-text.ts";

/** The address that an entry of the address index belongs to. */
export function addressKeyText({ kind, hash }: AddressKey, params: NetworkParams): string {
  return addressText({ kind: kind === 1 ? "pubkeyhash" : "scripthash", hash }, params.base58);
}

/** The key under which the address index knows an address; null for any text that is no address of the network. */
export function addressKeyOf(address: string, params: NetworkParams): AddressKey | null {
  const destination = decodeAddress(address, params.base58);
  return destination && { kind: destination.kind === "pubkeyhash" ? 1 : 2, hash: destination.hash };
}

/** The key of the two script forms that the address index knows; null for all others. */
export function addressKeyOfScript(script: Uint8Array): AddressKey | null {
  if (isPayToPublicKeyHash(script)) return { kind: 1, hash: script.subarray(3, 23) };
  return isPayToScriptHash(script) ? { kind: 2, hash: script.subarray(2, 22) } : null;
}

export function sameAddressKey(a: AddressKey, b: AddressKey): boolean {
  return a.kind === b.kind && equalBytes(a.hash, b.hash);
}
