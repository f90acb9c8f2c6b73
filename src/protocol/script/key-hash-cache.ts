import { bytesKey } from "../bytes/index.ts";
import { hash160 } from "../crypto/index.ts";

const CAPACITY = 10_000;

const hashes = new Map<string, Uint8Array>();

/** HASH160 of a public key. Remembers the latest keys, since most inputs of a chain are signed by few keys. */
export function publicKeyHash(publicKey: Uint8Array): Uint8Array {
  const key = bytesKey(publicKey);
  const known = hashes.get(key);
  if (known) return known;
  const hash = hash160(publicKey);
  // Forgetting everything is cheaper than order keeping and happens once in ten thousand new keys.
  if (hashes.size >= CAPACITY) hashes.clear();
  hashes.set(key, hash);
  return hash;
}
