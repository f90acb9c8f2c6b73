import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { readLittleEndian } from "../little-endian.ts";
import {
  type G1Point,
  type G2Point,
  type PairingLines,
  type PairingValue,
  type Statement,
  verifyingKey,
} from "./verifying-keys.ts";

const { fields, G1, G2, millerLoopBatch, utils } = bls12_381;
const { Fp12, Fr } = fields;

export const GROTH16_PROOF_SIZE = 192;
const G1_SIZE = 48;
const G2_SIZE = 96;

/** Source of unpredictable bytes; whoever makes proofs must not be able to foresee them. */
export type RandomBytes = (length: number) => Uint8Array;

/** A proof with the statement it claims and its public inputs, each below the order of the scalar field. */
export interface ProofClaim {
  readonly statement: Statement;
  readonly inputs: readonly bigint[];
  /** 192 bytes. */
  readonly proof: Uint8Array;
}

interface DecodedProof {
  readonly a: G1Point;
  readonly b: G2Point;
  readonly c: G1Point;
}

/** A claim whose proof consists of valid points. */
export interface PreparedClaim {
  readonly statement: Statement;
  readonly inputs: readonly bigint[];
  readonly points: DecodedProof;
}

/**
 * Decodes A (G1), B (G2), C (G1) in the compressed encoding. null if the length is wrong or any point is not canonically
 * encoded, off the curve, outside the prime-order subgroup or at infinity.
 */
function decodeProof(proof: Uint8Array): DecodedProof | null {
  if (proof.length !== GROTH16_PROOF_SIZE) return null;
  try {
    // fromBytes checks coordinates, curve and subgroup. The length of the slice rules out the uncompressed form.
    const a = G1.Point.fromBytes(proof.subarray(0, G1_SIZE));
    const b = G2.Point.fromBytes(proof.subarray(G1_SIZE, G1_SIZE + G2_SIZE));
    const c = G1.Point.fromBytes(proof.subarray(G1_SIZE + G2_SIZE));
    return a.is0() || b.is0() || c.is0() ? null : { a, b, c };
  } catch {
    return null;
  }
}

/** Decodes the points of a claim; null if one is invalid, so that no pairing is needed to refuse it. */
export function prepareClaim({ statement, inputs, proof }: ProofClaim): PreparedClaim | null {
  const points = decodeProof(proof);
  return points === null ? null : { statement, inputs, points };
}

interface Term {
  readonly g1: G1Point;
  readonly lines: PairingLines;
}

function pairingProduct(terms: readonly Term[]): PairingValue {
  const pairs: [PairingLines, bigint, bigint][] = [];
  for (const { g1, lines } of terms) {
    // A pairing with the point at infinity is 1 and contributes nothing.
    if (g1.is0()) continue;
    const { x, y } = g1.toAffine();
    pairs.push([lines, x, y]);
  }
  return Fp12.finalExponentiate(millerLoopBatch(pairs));
}

/** Checks one proof against its public inputs. */
export function verifyClaim({ statement, inputs, points: { a, b, c } }: PreparedClaim): boolean {
  const key = verifyingKey(statement);
  if (inputs.length + 1 !== key.inputs.length) return false;
  const inputSum = mulAddUnsafe(G1.Point, [...key.inputs], [1n, ...inputs]);
  const product = pairingProduct([
    { g1: a, lines: utils.calcPairingPrecomputes(b) },
    { g1: inputSum, lines: key.minusGamma },
    { g1: c, lines: key.minusDelta },
  ]);
  return Fp12.eql(product, key.alphaBeta);
}

/**
 * Checks many proofs at once: the product of all their equations, each raised to a random power of 128 bits. True for valid
 * proofs; true for a set with an invalid one with probability 2^-128. Takes about 40 % of the time of single checks.
 */
export function verifyClaims(claims: readonly PreparedClaim[], randomBytes: RandomBytes): boolean {
  const terms: Term[] = [];
  for (const [statement, group] of Map.groupBy(claims, (claim) => claim.statement)) {
    const key = verifyingKey(statement);
    if (group.some(({ inputs }) => inputs.length + 1 !== key.inputs.length)) return false;
    // 0 would leave the proof out of the check.
    const powers = group.map(() => readLittleEndian(randomBytes(16)) || 1n);
    const powerSum = Fr.create(powers.reduce((sum, power) => sum + power, 0n));
    const inputPowers = key.inputs
      .slice(1)
      .map((_, input) =>
        Fr.create(group.reduce((sum, { inputs }, i) => sum + (powers[i] as bigint) * (inputs[input] as bigint), 0n)),
      );
    for (const [i, { points }] of group.entries()) {
      terms.push({
        g1: points.a.multiplyUnsafe(powers[i] as bigint),
        lines: utils.calcPairingPrecomputes(points.b),
      });
    }
    terms.push({
      g1: mulAddUnsafe(G1.Point, [...key.inputs], [powerSum, ...inputPowers]),
      lines: key.minusGamma,
    });
    terms.push({
      g1: mulAddUnsafe(
        G1.Point,
        group.map(({ points }) => points.c),
        powers,
      ),
      lines: key.minusDelta,
    });
    terms.push({ g1: key.alpha.negate().multiplyUnsafe(powerSum), lines: key.beta });
  }
  return Fp12.eql(pairingProduct(terms), Fp12.ONE);
}
