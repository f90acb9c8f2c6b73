import {
  type EquihashFind,
  type EquihashProgress,
  type EquihashSearch,
  nativeAddon,
} from "../../platform/native/index.ts";
import { EQUIHASH_INPUT_LENGTH, type EquihashParameters } from "./equihash-parameters.ts";

export type { EquihashFind, EquihashProgress, EquihashSearch };

export interface EquihashTask {
  readonly parameters: EquihashParameters;
  /** Header fields 1 to 6, then the first nonce, a little-endian number that is counted up: 140 bytes. */
  readonly input: Uint8Array;
  /** The block hash must not exceed it; null to find all solutions of `maxNonces` nonces, whatever their hashes. */
  readonly target: bigint | null;
  readonly threads: number;
  /** Nonces to try at most; without it, until the target is met. */
  readonly maxNonces?: number;
}

function targetBytes(target: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = target; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** Bytes of memory that a search with this many threads takes. Needs the native addon. */
export function equihashSolverBytes({ n, k }: EquihashParameters, threads: number): number {
  return requireNative().equihashSolverBytes(n, k, threads);
}

/**
 * Starts a search for Equihash solutions on threads of its own: spec/block-and-pow.md section 3. Every solution it gives
 * was verified. Needs the native addon.
 * @throws RangeError for parameters that Flux does not have, a wrong length, or no limit; Error when there is not enough memory.
 */
export function solveEquihash({ parameters, input, target, threads, maxNonces = 0 }: EquihashTask): EquihashSearch {
  if (input.length !== EQUIHASH_INPUT_LENGTH) throw new RangeError(`input must have ${EQUIHASH_INPUT_LENGTH} bytes`);
  const { n, k } = parameters;
  return requireNative().equihashSolve(n, k, input, target === null ? null : targetBytes(target), threads, maxNonces);
}

function requireNative() {
  const native = nativeAddon();
  if (!native) throw new Error("solving Equihash needs the native addon");
  return native;
}
