/** One pair (n, k) of the Equihash proof of work. */
export interface EquihashParameters {
  readonly n: number;
  readonly k: number;
}

/** A pair together with what Flux fixes for it: spec/block-and-pow.md section 3.1. */
export interface EquihashSet extends EquihashParameters {
  /** The first eight characters of the BLAKE2b personalisation; n and k follow as LE32. */
  readonly label: string;
  readonly solutionLength: number;
  /** Whether a digest is the sum of up to 16 BLAKE2b digests: section 3.2. */
  readonly twisted: boolean;
}

/** Header fields 1 to 6 and the nonce, in bytes: spec/block-and-pow.md section 3.1. */
export const EQUIHASH_INPUT_LENGTH = 140;

const SETS: readonly EquihashSet[] = [
  { n: 200, k: 9, label: "ZcashPoW", solutionLength: 1344, twisted: false },
  { n: 144, k: 5, label: "ZelProof", solutionLength: 100, twisted: false },
  { n: 125, k: 4, label: "ZelProof", solutionLength: 52, twisted: true },
  { n: 96, k: 5, label: "ZcashPoW", solutionLength: 68, twisted: false },
  { n: 48, k: 5, label: "ZcashPoW", solutionLength: 36, twisted: false },
];

/** The set for (n, k); undefined when Flux has none. */
export function equihashSet(n: number, k: number): EquihashSet | undefined {
  return SETS.find((set) => set.n === n && set.k === k);
}

/**
 * The parameters that a solution of this many bytes claims, undefined for a length that no set has. Whether they are
 * allowed at the height of the block is another rule: spec/block-and-pow.md section 3.1.
 */
export function equihashParametersFor(solutionLength: number): EquihashParameters | undefined {
  const set = SETS.find((candidate) => candidate.solutionLength === solutionLength);
  return set && { n: set.n, k: set.k };
}
