import { EquihashDigests } from "../../../../src/protocol/crypto/equihash-digest.ts";
import type { EquihashSet } from "../../../../src/protocol/crypto/equihash-parameters.ts";

/** A subtree whose merges all collide; its index list need not obey the order and distinctness rules. */
export interface Candidate {
  indices: number[];
  values: number[];
}

/** Numbers of `width` bits as one stream of bytes, most significant bit first. */
export function packIndices(indices: readonly number[], width: number): Uint8Array {
  const bits = indices.map((index) => index.toString(2).padStart(width, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** The inverse of {@link packIndices}. */
export function unpackIndices(bytes: Uint8Array, width: number): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(new RegExp(`.{${width}}`, "g")) ?? []).map((part) => Number.parseInt(part, 2));
}

/** The indices reordered so that every left subtree begins with the smaller index. */
export function inCanonicalOrder(indices: number[]): number[] {
  if (indices.length === 1) return indices;
  const half = indices.length / 2;
  const left = inCanonicalOrder(indices.slice(0, half));
  const right = inCanonicalOrder(indices.slice(half));
  return (left[0] ?? 0) <= (right[0] ?? 0) ? [...left, ...right] : [...right, ...left];
}

/**
 * Wagner's algorithm for a small set: candidates[r] holds up to `limit` subtrees of 2^r indices with r collisions.
 * Subtrees that use an index twice stay in, as solutions that break only the distinctness rule come from them.
 */
export function searchCandidates(set: EquihashSet, input: Uint8Array, limit: number): Candidate[][] {
  const width = set.n / (set.k + 1);
  const digests = new EquihashDigests(set, input);
  let rows = Array.from(
    { length: 2 ** (width + 1) },
    (_, index): Candidate => ({ indices: [index], values: unpackIndices(digests.indexHash(index), width) }),
  );
  const levels = [rows];
  for (let level = 0; level < set.k; level++) {
    const next: Candidate[] = [];
    const seen = new Map<number, Candidate[]>();
    for (const row of rows) {
      const value = row.values[0] ?? 0;
      const partners = seen.get(value) ?? [];
      for (const partner of partners) {
        next.push({
          indices: [...partner.indices, ...row.indices],
          values: row.values.slice(1).map((v, i) => v ^ (partner.values[i + 1] ?? 0)),
        });
      }
      seen.set(value, [...partners, row]);
    }
    rows = next.slice(0, limit);
    levels.push(level === set.k - 1 ? next : rows);
  }
  return levels;
}
