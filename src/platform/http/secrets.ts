import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Random bytes that nobody can guess. */
export function randomSecret(length: number): Uint8Array {
  return randomBytes(length);
}

/** Compares in a time that tells at most whether the lengths are equal. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** HMAC-SHA-256: 32 bytes that only who has the key can make of a text. */
export function keyedDigest(key: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}
