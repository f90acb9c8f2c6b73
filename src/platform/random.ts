import { randomBytes } from "node:crypto";

/** Unpredictable bytes. */
export function secureRandomBytes(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count));
}

/** A whole number from 0 up to, not including, `limit`. Not for secrets. */
export function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}
