import { jubjub, jubjub_findGroupHash } from "@noble/curves/misc.js";
import { readLittleEndian } from "./little-endian.ts";

/**
 * The curve of Sapling: -u² + v² = 1 + d·u²·v² over the scalar field of BLS12-381, cofactor 8.
 * The axes that papers call (u, v) are `x` and `y` here.
 */
export const JubjubPoint = jubjub.Point;
export type JubjubPoint = InstanceType<typeof JubjubPoint>;

const { Fp } = JubjubPoint;

/** Order of the base field, which is the scalar field of BLS12-381: public inputs of proofs are below it. */
export const FIELD_ORDER = Fp.ORDER;
/** Order of the prime subgroup: scalars of signatures and keys are below it. */
export const SUBGROUP_ORDER = JubjubPoint.Fn.ORDER;
/** The curve constant d. */
export const CURVE_D = JubjubPoint.CURVE().d;

const SIGN_BIT = 1n << 255n;

/**
 * Decodes 32 bytes: y little-endian, the lowest bit of x in the top bit. null unless y is below the field order and on the curve.
 * As in the reference's library a set sign bit is harmless where x is 0, so (0, ±1) has two encodings. Any order is accepted.
 */
export function decodePoint(bytes: Uint8Array): JubjubPoint | null {
  if (bytes.length !== 32) return null;
  const encoded = readLittleEndian(bytes);
  const odd = encoded >= SIGN_BIT;
  const y = odd ? encoded - SIGN_BIT : encoded;
  if (y >= FIELD_ORDER) return null;
  const ySquared = Fp.sqr(y);
  // d·y² + 1 is never zero, because -1/d is no square.
  const xSquared = Fp.div(Fp.sub(ySquared, Fp.ONE), Fp.add(Fp.mul(ySquared, CURVE_D), Fp.ONE));
  let x: bigint;
  try {
    x = Fp.sqrt(xSquared);
  } catch {
    return null;
  }
  if ((x & 1n) !== (odd ? 1n : 0n)) x = Fp.neg(x);
  return JubjubPoint.fromAffine({ x, y });
}

/** A field element from 32 little-endian bytes; null if it is not below the field order. */
export function decodeFieldElement(bytes: Uint8Array): bigint | null {
  if (bytes.length !== 32) return null;
  const value = readLittleEndian(bytes);
  return value < FIELD_ORDER ? value : null;
}

/**
 * The generator that the Sapling specification derives by hashing: the first counter byte after `message` that gives a point
 * of prime order under the 8-character personalisation.
 */
export function findGenerator(message: Uint8Array, personalization: string): JubjubPoint {
  return jubjub_findGroupHash(message, new TextEncoder().encode(personalization));
}
