import { blake2b } from "@noble/hashes/blake2.js";
import { concatBytes } from "../../bytes/index.ts";
import { decodePoint, type JubjubPoint, SUBGROUP_ORDER } from "../jubjub.ts";
import { readLittleEndian } from "../little-endian.ts";

const CHALLENGE_PERSONALIZATION = new TextEncoder().encode("Zcash_RedJubjubH");

/**
 * Checks a RedJubjub signature of 64 bytes (R, S) as the reference's library of 2018 does: S is below the subgroup order, R is
 * a point of any order, its bytes enter the challenge as they stand, and 8 · (R + c·key - S·base) is the neutral point.
 * @param key of any order.
 */
export function verifyRedJubjub(
  key: JubjubPoint,
  base: JubjubPoint,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32);
  const r = decodePoint(encodedR);
  const s = readLittleEndian(signature.subarray(32));
  if (r === null || s >= SUBGROUP_ORDER) return false;
  const digest = blake2b(concatBytes(encodedR, message), { dkLen: 64, personalization: CHALLENGE_PERSONALIZATION });
  const challenge = readLittleEndian(digest) % SUBGROUP_ORDER;
  const difference = key.multiplyUnsafe(challenge).add(r).subtract(base.multiplyUnsafe(s));
  return difference.clearCofactor().is0();
}
