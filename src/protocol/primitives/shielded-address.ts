import { concatBytes } from "../bytes/index.ts";
import { bech32Decode, bech32Encode } from "../crypto/index.ts";

const DIVERSIFIER_SIZE = 11;
const ADDRESS_SIZE = 43;

/** Address of the Sapling pool. Whether its parts are points of the curve is not checked here. */
export interface SaplingAddress {
  /** 11 bytes. */
  readonly diversifier: Uint8Array;
  /** 32 bytes: the diversified transmission key. */
  readonly transmissionKey: Uint8Array;
}

/** Bech32 text of a Sapling payment address under the network's prefix (spec chain-params.md section 2). */
export function encodeSaplingAddress(address: SaplingAddress, prefix: string): string {
  return bech32Encode(prefix, concatBytes(address.diversifier, address.transmissionKey));
}

/** The Sapling payment address that a text of this network names; null for any other text. */
export function decodeSaplingAddress(text: string, prefix: string): SaplingAddress | null {
  const decoded = bech32Decode(text);
  if (decoded?.prefix !== prefix || decoded.bytes.length !== ADDRESS_SIZE) return null;
  return {
    diversifier: decoded.bytes.subarray(0, DIVERSIFIER_SIZE),
    transmissionKey: decoded.bytes.subarray(DIVERSIFIER_SIZE),
  };
}
