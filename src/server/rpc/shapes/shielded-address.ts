import { equalBytes } from "../../../protocol/bytes/index.ts";
import { base58checkDecode, bech32Decode } from "../../../protocol/crypto/index.ts";
import type { NetworkParams } from "../../../protocol/params/index.ts";

const KEY_SIZE = 32;
const DIVERSIFIER_SIZE = 11;
const SAPLING_SIZE = DIVERSIFIER_SIZE + KEY_SIZE;

/** A payment address of one of the shielded pools, as it is written; that its keys are curve points is not checked. */
export type ShieldedAddress =
  | { readonly kind: "sprout"; readonly payingKey: Uint8Array; readonly transmissionKey: Uint8Array }
  | { readonly kind: "sapling"; readonly diversifier: Uint8Array; readonly transmissionKey: Uint8Array };

/** White space around Base58 text that the reference ignores: C's isspace. */
const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

function sproutAddress(text: string, params: NetworkParams): ShieldedAddress | null {
  const data = base58checkDecode(text.replace(SPACE, ""));
  const prefix = params.base58.sproutPaymentAddress;
  if (data?.length !== prefix.length + 2 * KEY_SIZE) return null;
  if (!equalBytes(data.subarray(0, prefix.length), prefix)) return null;
  const keys = data.subarray(prefix.length);
  return { kind: "sprout", payingKey: keys.subarray(0, KEY_SIZE), transmissionKey: keys.subarray(KEY_SIZE) };
}

function saplingAddress(text: string, params: NetworkParams): ShieldedAddress | null {
  const decoded = bech32Decode(text);
  if (decoded?.prefix !== params.bech32.saplingPaymentAddress || decoded.bytes.length !== SAPLING_SIZE) return null;
  return {
    kind: "sapling",
    diversifier: decoded.bytes.subarray(0, DIVERSIFIER_SIZE),
    transmissionKey: decoded.bytes.subarray(DIVERSIFIER_SIZE),
  };
}

/** The shielded address of this network that a text is; null for any other text. */
export function decodeShieldedAddress(text: string, params: NetworkParams): ShieldedAddress | null {
  return sproutAddress(text, params) ?? saplingAddress(text, params);
}
