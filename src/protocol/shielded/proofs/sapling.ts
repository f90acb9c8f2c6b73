import { concatBytes } from "../../bytes/index.ts";
import type { OutputDescription, SpendDescription } from "../descriptions.ts";
import { decodeFieldElement, decodePoint, type JubjubPoint } from "../jubjub.ts";
import { readLittleEndian } from "../little-endian.ts";
import { SPEND_AUTH_BASE, VALUE_BASE, VALUE_RANDOMNESS_BASE } from "./generators.ts";
import type { ProofClaim } from "./groth16.ts";
import { verifyRedJubjub } from "./redjubjub.ts";

/** Bits that one public input carries when a longer string is packed into several. */
const PACKED_BITS = 254n;
const MAX_INT64 = 2n ** 63n - 1n;

/** A point that is not of small order; null for anything else. */
function decodeLargeOrderPoint(bytes: Uint8Array): JubjubPoint | null {
  const point = decodePoint(bytes);
  return point === null || point.isSmallOrder() ? null : point;
}

function coordinates(point: JubjubPoint): [bigint, bigint] {
  const { x, y } = point.toAffine();
  return [x, y];
}

/**
 * Everything of a spend but the pairing: encodings, orders and the spend authorisation signature over rk and `sighash`.
 * Gives what its proof has to prove; null if the spend is invalid.
 */
export function spendClaim(spend: SpendDescription, sighash: Uint8Array): ProofClaim | null {
  const cv = decodeLargeOrderPoint(spend.cv);
  const rk = decodeLargeOrderPoint(spend.rk);
  const anchor = decodeFieldElement(spend.anchor);
  if (cv === null || rk === null || anchor === null || spend.nullifier.length !== 32) return null;
  if (!verifyRedJubjub(rk, SPEND_AUTH_BASE, concatBytes(spend.rk, sighash), spend.spendAuthSig)) return null;
  const nullifier = readLittleEndian(spend.nullifier);
  const packed = [BigInt.asUintN(Number(PACKED_BITS), nullifier), nullifier >> PACKED_BITS];
  return {
    statement: "saplingSpend",
    inputs: [...coordinates(rk), ...coordinates(cv), anchor, ...packed],
    proof: spend.proof,
  };
}

/** Everything of an output but the pairing; null if the output is invalid. */
export function outputClaim(output: OutputDescription): ProofClaim | null {
  const cv = decodeLargeOrderPoint(output.cv);
  const ephemeralKey = decodeLargeOrderPoint(output.ephemeralKey);
  const commitment = decodeFieldElement(output.cmu);
  if (cv === null || ephemeralKey === null || commitment === null) return null;
  return {
    statement: "saplingOutput",
    inputs: [...coordinates(cv), ...coordinates(ephemeralKey), commitment],
    proof: output.proof,
  };
}

/**
 * Checks the binding signature: its key, the sum of all value commitments less `valueBalance` (zatoshi), is a multiple of the
 * randomness base only if the values balance.
 */
export function verifyBindingSignature(
  spends: readonly Pick<SpendDescription, "cv">[],
  outputs: readonly Pick<OutputDescription, "cv">[],
  valueBalance: bigint,
  bindingSig: Uint8Array,
  sighash: Uint8Array,
): boolean {
  const magnitude = valueBalance < 0n ? -valueBalance : valueBalance;
  // The reference cannot negate the smallest 64-bit number and refuses it.
  if (magnitude > MAX_INT64) return false;
  const balance = VALUE_BASE.multiplyUnsafe(magnitude);
  let key = valueBalance < 0n ? balance : balance.negate();
  for (const { cv } of spends) {
    const point = decodePoint(cv);
    if (point === null) return false;
    key = key.add(point);
  }
  for (const { cv } of outputs) {
    const point = decodePoint(cv);
    if (point === null) return false;
    key = key.subtract(point);
  }
  return verifyRedJubjub(key, VALUE_RANDOMNESS_BASE, concatBytes(key.toBytes(), sighash), bindingSig);
}
