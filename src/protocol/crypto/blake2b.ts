import { blake2b as nobleBlake2b } from "@noble/hashes/blake2.js";
import { nativeAddon } from "../../platform/native/index.ts";

/**
 * Unkeyed, unsalted BLAKE2b (RFC 7693) of `data`.
 * @param outLen digest length in bytes, 1 to 64. It is part of the hash: a short digest is no prefix of a longer one.
 * @param personal the 16 bytes of personalisation.
 * @throws RangeError for another outLen or length of personal.
 */
export function blake2b(data: Uint8Array, outLen: number, personal: Uint8Array): Uint8Array {
  const native = nativeAddon();
  return native ? native.blake2b(data, outLen, personal) : blake2bReference(data, outLen, personal);
}

/** {@link blake2b} without the native addon. */
export function blake2bReference(data: Uint8Array, outLen: number, personal: Uint8Array): Uint8Array {
  if (!Number.isInteger(outLen) || outLen < 1 || outLen > 64) {
    throw new RangeError("outLen must be an integer from 1 to 64");
  }
  if (personal.length !== 16) throw new RangeError("personal must have 16 bytes");
  return nobleBlake2b(data, { dkLen: outLen, personalization: personal });
}
