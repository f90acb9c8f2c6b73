import { bls12_381 } from "@noble/curves/bls12-381.js";
import { fromHex } from "../../bytes/index.ts";
import encodedKeys from "./groth16-verifying-keys.json";

const { G1, G2, pairing, utils } = bls12_381;

export type G1Point = InstanceType<typeof G1.Point>;
export type G2Point = InstanceType<typeof G2.Point>;
/** An element of the target group of the pairing. */
export type PairingValue = ReturnType<typeof pairing>;
/** What a fixed second argument of a pairing costs, worked out once. */
export type PairingLines = ReturnType<typeof utils.calcPairingPrecomputes>;

/** A Groth16 verifying key, prepared for the check e(A, B) · e(ic, -gamma) · e(C, -delta) = e(alpha, beta). */
export interface VerifyingKey {
  readonly alpha: G1Point;
  readonly alphaBeta: PairingValue;
  readonly beta: PairingLines;
  readonly minusGamma: PairingLines;
  readonly minusDelta: PairingLines;
  /** The constant term, then one point per public input. */
  readonly inputs: readonly G1Point[];
}

export type Statement = keyof typeof encodedKeys;

function decodeKey(statement: Statement): VerifyingKey {
  const encoded = encodedKeys[statement];
  const alpha = G1.Point.fromBytes(fromHex(encoded.alphaG1));
  const beta = G2.Point.fromBytes(fromHex(encoded.betaG2));
  return {
    alpha,
    alphaBeta: pairing(alpha, beta),
    beta: utils.calcPairingPrecomputes(beta),
    minusGamma: utils.calcPairingPrecomputes(G2.Point.fromBytes(fromHex(encoded.gammaG2)).negate()),
    minusDelta: utils.calcPairingPrecomputes(G2.Point.fromBytes(fromHex(encoded.deltaG2)).negate()),
    inputs: encoded.ic.map((point) => G1.Point.fromBytes(fromHex(point))),
  };
}

const keys = new Map<Statement, VerifyingKey>();

/** The key of a statement; decoding and preparing it takes some tens of milliseconds the first time. */
export function verifyingKey(statement: Statement): VerifyingKey {
  let key = keys.get(statement);
  if (key === undefined) {
    key = decodeKey(statement);
    keys.set(statement, key);
  }
  return key;
}
