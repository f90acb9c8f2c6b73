import { blake2b } from "../../../../src/protocol/crypto/index.ts";

/** The smallest parameters of Flux: n = 48, k = 5. */
const ROUNDS = 5;
const INDICES = 512;
const INDEX_BITS = 9;
const HASH_SIZE = 6;
const HASHES_PER_DIGEST = 10;
const PERSONAL = Uint8Array.from(
  [..."ZcashPoW"].map((letter) => letter.charCodeAt(0)).concat([48, 0, 0, 0, 5, 0, 0, 0]),
);

/** Indices whose hashes cancel out in the bytes looked at so far, in the order that a solution demands. */
interface Row {
  readonly hash: Uint8Array;
  readonly indices: readonly number[];
}

function leaves(input: Uint8Array): Row[] {
  const rows: Row[] = [];
  const message = new Uint8Array(input.length + 4);
  message.set(input);
  for (let digest = 0; rows.length < INDICES; digest++) {
    new DataView(message.buffer).setUint32(input.length, digest, true);
    const hashes = blake2b(message, HASH_SIZE * HASHES_PER_DIGEST, PERSONAL);
    for (let i = 0; i < HASHES_PER_DIGEST && rows.length < INDICES; i++) {
      rows.push({ hash: hashes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE), indices: [rows.length] });
    }
  }
  return rows;
}

function merge(a: Row, b: Row): Row | null {
  if (a.indices.some((index) => b.indices.includes(index))) return null;
  const [left, right] = (a.indices[0] as number) < (b.indices[0] as number) ? [a, b] : [b, a];
  const hash = left.hash.map((byte, i) => byte ^ (right.hash[i] as number));
  return { hash, indices: [...left.indices, ...right.indices] };
}

/** Merges all pairs that agree in byte number `round`, in the last round in the byte after it too. */
function collide(rows: readonly Row[], round: number): Row[] {
  const value = ({ hash }: Row) =>
    (hash[round] as number) * 256 + (round === ROUNDS - 1 ? (hash[round + 1] as number) : 0);
  const merged: Row[] = [];
  for (const equal of Map.groupBy(rows, value).values()) {
    equal.forEach((a, i) => {
      for (const b of equal.slice(i + 1)) merged.push(...[merge(a, b)].filter((row) => row !== null));
    });
  }
  return merged;
}

function pack(indices: readonly number[]): Uint8Array {
  const bits = indices.map((index) => index.toString(2).padStart(INDEX_BITS, "0")).join("");
  return Uint8Array.from({ length: bits.length / 8 }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2));
}

/** Every solution of Equihash (48,5) for the 140 bytes of a header, slowly. */
export function allSolutions48(input: Uint8Array): Uint8Array[] {
  let rows = leaves(input);
  for (let round = 0; round < ROUNDS; round++) rows = collide(rows, round);
  return rows.map(({ indices }) => pack(indices));
}
