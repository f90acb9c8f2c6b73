import nacl from "tweetnacl";

const KEY_SIZE = 32;
const SIGNATURE_SIZE = 64;

/** Order of the base point. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const PRIME = 2n ** 255n - 19n;
/** y coordinate of a point of order 8; the other one is its negative. */
const ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

/**
 * The encodings of R that libsodium 1.0.15, which the reference daemon is built with, refuses. They were meant to be the
 * points of small order, but the comparison is of all 256 bits and so misses most of those with the sign bit set. What
 * is a valid signature depends on exactly this list, right or wrong.
 */
const REFUSED_R: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  ORDER_8_Y,
  PRIME - ORDER_8_Y,
  PRIME + ORDER_8_Y,
  2n * PRIME - ORDER_8_Y,
  PRIME - 1n,
  PRIME,
  PRIME + 1n,
  2n * PRIME - 1n,
  2n * PRIME,
]);

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[i] as number);
  return value;
}

/**
 * Verifies an Ed25519 signature as the reference daemon does for JoinSplits (spec transactions.md section 9, rule 7):
 * s must be below the group order, R must not be one of the eleven encodings above, the key must not be all zeros. Other
 * keys of small order and keys that are not in their shortest form are allowed, and the equation is checked without
 * multiplying by the cofactor.
 * @returns false for anything invalid, wrong lengths included.
 */
export function ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE || publicKey.length !== KEY_SIZE) return false;
  if (littleEndian(signature.subarray(32)) >= ORDER) return false;
  if (REFUSED_R.has(littleEndian(signature.subarray(0, 32)))) return false;
  if (publicKey.every((byte) => byte === 0)) return false;
  return nacl.sign.detached.verify(message, signature, publicKey);
}
