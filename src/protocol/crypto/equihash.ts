import { type EquihashItem, nativeAddon } from "../../platform/native/index.ts";
import { EquihashDigests } from "./equihash-digest.ts";
import { EQUIHASH_INPUT_LENGTH, type EquihashSet, equihashSet } from "./equihash-parameters.ts";

export { type EquihashParameters, equihashParametersFor } from "./equihash-parameters.ts";
export type { EquihashItem };

/**
 * Whether `solution` is a valid Equihash solution for (n, k): spec/block-and-pow.md section 3.4. False also for a pair
 * that Flux does not have and for a wrong length of input or solution. The target is not looked at.
 * @param input header fields 1 to 6 followed by the nonce, 140 bytes.
 */
export function equihashVerify(n: number, k: number, input: Uint8Array, solution: Uint8Array): boolean {
  const native = nativeAddon();
  return native ? native.equihashVerify(n, k, input, solution) : equihashVerifyReference(n, k, input, solution);
}

/** {@link equihashVerify} for many, in parallel on the thread pool; one byte each, 1 for valid. */
export async function equihashVerifyBatch(items: readonly EquihashItem[]): Promise<Uint8Array> {
  const native = nativeAddon();
  if (native) return native.equihashVerifyBatch(items as EquihashItem[]);
  return Uint8Array.from(items, ({ n, k, input, solution }) => Number(equihashVerifyReference(n, k, input, solution)));
}

/** {@link equihashVerify} without the native addon. */
export function equihashVerifyReference(n: number, k: number, input: Uint8Array, solution: Uint8Array): boolean {
  const set = equihashSet(n, k);
  return set !== undefined && input.length === EQUIHASH_INPUT_LENGTH && isEquihashSolution(set, input, solution);
}

/** The rule of section 3.4 for any parameter set and any length of input, both of which published vectors vary. */
export function isEquihashSolution(set: EquihashSet, input: Uint8Array, solution: Uint8Array): boolean {
  if (solution.length !== set.solutionLength) return false;
  const collisionBits = Math.floor(set.n / (set.k + 1));
  const digests = new EquihashDigests(set, input);
  let rows = cut(solution, collisionBits + 1, 2 ** set.k).map(
    (index): Row => ({ values: cut(digests.indexHash(index), collisionBits, set.k + 1), indices: [index] }),
  );
  while (rows.length > 1) {
    const merged: Row[] = [];
    for (let i = 0; i + 1 < rows.length; i += 2) {
      const row = merge(rows[i] as Row, rows[i + 1] as Row);
      if (!row) return false;
      merged.push(row);
    }
    rows = merged;
  }
  return rows[0]?.values.every((value) => value === 0) ?? false;
}

interface Row {
  values: number[];
  indices: number[];
}

function merge(left: Row, right: Row): Row | undefined {
  if (left.values[0] !== right.values[0]) return undefined;
  if (comesBefore(right.indices, left.indices)) return undefined;
  if (right.indices.some((index) => left.indices.includes(index))) return undefined;
  return {
    values: left.values.slice(1).map((value, i) => value ^ (right.values[i + 1] ?? 0)),
    indices: [...left.indices, ...right.indices],
  };
}

/** Lexicographic order of two equally long sequences. */
function comesBefore(a: number[], b: number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** The first `count` numbers of `width` bits in a stream of bytes, most significant bit first. */
function cut(bytes: Uint8Array, width: number, count: number): number[] {
  const numbers: number[] = [];
  // Division and not shifts: up to 33 bits are held at a time.
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = held * 256 + byte;
    bits += 8;
    while (bits >= width && numbers.length < count) {
      const below = 2 ** (bits - width);
      numbers.push(Math.floor(held / below));
      held %= below;
      bits -= width;
    }
    if (numbers.length === count) break;
  }
  return numbers;
}
