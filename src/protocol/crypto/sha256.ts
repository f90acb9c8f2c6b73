import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { nativeAddon } from "../../platform/native/index.ts";

const HASH_SIZE = 32;

/** Root of a merkle tree and whether the tree is ambiguous. */
export interface MerkleRoot {
  /** 32 bytes, wire order. */
  readonly root: Uint8Array;
  /** Some level has an even number of nodes and its last two are equal: a shorter list has the same root. */
  readonly mutated: boolean;
}

/** SHA-256 (FIPS 180-4), 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return nativeAddon()?.sha256(data) ?? nobleSha256(data);
}

/** SHA-256 of SHA-256: the hash of transactions, headers and messages; 32 bytes in wire order. */
export function sha256d(data: Uint8Array): Uint8Array {
  return nativeAddon()?.sha256d(data) ?? sha256dReference(data);
}

/**
 * {@link sha256d} of many slices of `data` in one call.
 * @param ranges pairs of offsets: start (included) and end (not included).
 * @returns the digests one after the other, 32 bytes for each pair.
 * @throws RangeError for an odd number of offsets or a slice that is not inside `data`.
 */
export function sha256dRanges(data: Uint8Array, ranges: Uint32Array): Uint8Array {
  return nativeAddon()?.sha256dRanges(data, ranges) ?? sha256dRangesReference(data, ranges);
}

/**
 * Merkle tree over one or more 32-byte hashes (spec block-and-pow.md section 1.3): an odd last node is paired with itself.
 * @param leaves the hashes one after the other.
 * @throws RangeError if `leaves` is empty or no multiple of 32 bytes.
 */
export function merkleRoot(leaves: Uint8Array): MerkleRoot {
  return nativeAddon()?.merkleRoot(leaves) ?? merkleRootReference(leaves);
}

/** {@link sha256} without the native addon. */
export function sha256Reference(data: Uint8Array): Uint8Array {
  return nobleSha256(data);
}

/** {@link sha256d} without the native addon. */
export function sha256dReference(data: Uint8Array): Uint8Array {
  return nobleSha256(nobleSha256(data));
}

/** {@link sha256dRanges} without the native addon. */
export function sha256dRangesReference(data: Uint8Array, ranges: Uint32Array): Uint8Array {
  if (ranges.length % 2 !== 0) throw new RangeError("ranges must hold pairs of offsets");
  const digests = new Uint8Array((ranges.length / 2) * HASH_SIZE);
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i] as number;
    const end = ranges[i + 1] as number;
    if (start > end || end > data.length) throw new RangeError(`range ${i / 2} lies outside the data`);
    digests.set(sha256dReference(data.subarray(start, end)), (i / 2) * HASH_SIZE);
  }
  return digests;
}

/** {@link merkleRoot} without the native addon. */
export function merkleRootReference(leaves: Uint8Array): MerkleRoot {
  if (leaves.length === 0 || leaves.length % HASH_SIZE !== 0) {
    throw new RangeError("leaves must be one or more hashes of 32 bytes");
  }
  let level: Uint8Array[] = [];
  for (let at = 0; at < leaves.length; at += HASH_SIZE) level.push(leaves.slice(at, at + HASH_SIZE));
  let mutated = false;
  while (level.length > 1) {
    const parents: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Uint8Array;
      const right = level[i + 1];
      if (right && i + 2 === level.length && left.every((byte, at) => byte === right[at])) mutated = true;
      const pair = new Uint8Array(2 * HASH_SIZE);
      pair.set(left);
      pair.set(right ?? left, HASH_SIZE);
      parents.push(sha256dReference(pair));
    }
    level = parents;
  }
  return { root: level[0] as Uint8Array, mutated };
}
