import { blake2b } from "@noble/hashes/blake2.js";
import { concatBytes } from "../../bytes/index.ts";
import type { JoinSplitDescription } from "../descriptions.ts";
import { readLittleEndian } from "../little-endian.ts";
import type { ProofClaim } from "./groth16.ts";

export const PHGR13_PROOF_SIZE = 296;

const H_SIG_PERSONALIZATION = new TextEncoder().encode("ZcashComputehSig");
const PACKED_BITS = 254;
/** rt, h_sig, two nullifiers, two macs, two commitments and two 64-bit amounts, packed. */
const INPUT_COUNT = Math.ceil((8 * 256 + 2 * 64) / PACKED_BITS);

/** The value that ties a JoinSplit to its random seed, nullifiers and signature key; 32 bytes. */
export function joinSplitHash(
  randomSeed: Uint8Array,
  nullifiers: readonly [Uint8Array, Uint8Array],
  joinSplitPubKey: Uint8Array,
): Uint8Array {
  return blake2b(concatBytes(randomSeed, ...nullifiers, joinSplitPubKey), {
    dkLen: 32,
    personalization: H_SIG_PERSONALIZATION,
  });
}

function amountBytes(amount: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, amount), true);
  return bytes;
}

function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
}

/** The public inputs: the bits of all values, most significant of each byte first, in groups of 254 from the lowest place up. */
function packedInputs(values: Uint8Array): bigint[] {
  const bits = readLittleEndian(values.map(reverseBits));
  return Array.from({ length: INPUT_COUNT }, (_, i) => BigInt.asUintN(PACKED_BITS, bits >> BigInt(i * PACKED_BITS)));
}

/** What the Groth16 proof of a JoinSplit has to prove; null if a field has a wrong length. */
export function joinSplitClaim(joinSplit: JoinSplitDescription, joinSplitPubKey: Uint8Array): ProofClaim | null {
  const { anchor, nullifiers, macs, commitments, randomSeed } = joinSplit;
  const fields = [anchor, ...nullifiers, ...macs, ...commitments, randomSeed, joinSplitPubKey];
  if (fields.some((field) => field.length !== 32)) return null;
  const values = concatBytes(
    anchor,
    joinSplitHash(randomSeed, nullifiers, joinSplitPubKey),
    nullifiers[0],
    macs[0],
    nullifiers[1],
    macs[1],
    ...commitments,
    amountBytes(joinSplit.vpubOld),
    amountBytes(joinSplit.vpubNew),
  );
  return { statement: "sprout", inputs: packedInputs(values), proof: joinSplit.proof };
}
