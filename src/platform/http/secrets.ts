import { randomBytes, timingSafeEqual } from "node:crypto";

/** Random bytes that nobody can guess. */
export function randomSecret(length: number): Uint8Array {
  return randomBytes(length);
}

/** Compares in a time that tells at most whether the lengths are equal. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
