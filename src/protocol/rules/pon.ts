import { ByteWriter, compareBytes, fromDisplayHash } from "../bytes/index.ts";
import { ecdsaVerify, sha256d } from "../crypto/index.ts";
import type { NetworkParams } from "../params/index.ts";
import { type BlockHeader, equalOutPoints, type OutPoint, writeOutPoint } from "../primitives/index.ts";
import { decodeCompact, hashToNumber, isUsableTarget } from "./targets.ts";

/** Development collateral of the test networks: "TESTNOD" in ASCII, zeros, index 0 (spec block-and-pow.md 5.6). */
export const BYPASS_COLLATERAL: OutPoint = {
  txid: fromDisplayHash("544553544e4f4400000000000000000000000000000000000000000000000000"),
  index: 0,
};

/** Slot that a Unix time falls into: whole slots since genesis, truncated toward zero, as unsigned 32-bit number (spec pon.md section 3). */
export function ponSlot(time: number, params: NetworkParams): number {
  return Math.trunc((time - params.genesisTime) / params.ponTargetSpacing) >>> 0;
}

/** The lot that a node draws for a slot on top of a block; hashes in wire order (spec pon.md section 3). */
export function ponHash(collateral: OutPoint, prevHash: Uint8Array, slot: number): Uint8Array {
  const writer = new ByteWriter(72);
  writeOutPoint(writer, collateral);
  return sha256d(writer.fixed(prevHash).u32(slot).finish());
}

/** PON hash of a header; null for a PoW header. */
export function headerPonHash(header: BlockHeader, params: NetworkParams): Uint8Array | null {
  if (header.proof.kind !== "pon") return null;
  return ponHash(header.proof.collateral, header.prevHash, ponSlot(header.time, params));
}

/**
 * Order of PON hashes for the tie-break of tips and for ranks: the lower one wins. It compares bytes from byte 0 on, which
 * is not the numeric order that targets use (spec block-and-pow.md section 7).
 */
export function comparePonHash(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, b);
}

/**
 * True if a PON hash meets compact target `bits` (spec pon.md section 4). The target itself may not exceed the start limit
 * in the first window, the PON limit after it, and the larger of the two where the height is not known (or 0).
 */
export function checkPonTarget(
  hash: Uint8Array,
  bits: number,
  params: NetworkParams,
  height: number | undefined,
): boolean {
  if (!params.rules.enforcePonTarget) return true;
  const decoded = decodeCompact(bits);
  if (!isUsableTarget(decoded) || decoded.target > highestPonTarget(params, height)) return false;
  return hashToNumber(hash) <= decoded.target;
}

function highestPonTarget(params: NetworkParams, height: number | undefined): bigint {
  const normal = params.ponLimit.target;
  const start = params.ponStartLimit.target;
  if (height) return height >= params.heights.pon + params.ponDifficultyWindow ? normal : start;
  if (start > normal) return start;
  return normal;
}

/** True for a PON block on the emergency collateral (spec pon.md section 11). */
export function isEmergencyBlock(header: BlockHeader, params: NetworkParams): boolean {
  return header.proof.kind === "pon" && equalOutPoints(header.proof.collateral, params.emergency.collateral);
}

/** True for the development collateral on networks that know it. */
export function isBypassCollateral(collateral: OutPoint, params: NetworkParams): boolean {
  return params.rules.ponBypassCollateral && equalOutPoints(collateral, BYPASS_COLLATERAL);
}

/**
 * True if the block signature is a DER ECDSA signature of `publicKey` over the block hash. High S is accepted; an empty or
 * malformed signature and an invalid key are not (spec pon.md 7.4).
 */
export function ponSignatureValid(header: BlockHeader, publicKey: Uint8Array): boolean {
  if (header.proof.kind !== "pon" || header.proof.signature.length === 0) return false;
  return ecdsaVerify(header.hash, header.proof.signature, publicKey);
}
