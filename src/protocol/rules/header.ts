import { equihashParametersFor, equihashVerify } from "../crypto/index.ts";
import type { NetworkParams } from "../params/index.ts";
import { type BlockHeader, equihashInput } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { MAX_BLOCK_SIGNATURE } from "./emergency-block.ts";
import { checkPonTarget, headerPonHash, isEmergencyBlock } from "./pon.ts";
import { decodeCompact, hashToNumber, isUsableTarget } from "./targets.ts";

const MIN_BLOCK_VERSION = 4;

/** Seconds that a block may lie ahead of the adjusted time. */
const FUTURE_LIMIT_BEFORE_LWMA = 7200;
const FUTURE_LIMIT_POW = 360;
const FUTURE_LIMIT_PON = 300;

export interface HeaderCheckContext {
  /** Height of this node's active tip, -1 before there is one. */
  readonly tipHeight: number;
  /** Network-adjusted Unix time in seconds. */
  readonly adjustedTime: number;
  /** The Equihash solution was already found valid, for instance in a batch on the thread pool. */
  readonly solutionVerified?: boolean;
  /** A block under construction: it has no solution, signature or lot that could be judged. */
  readonly template?: boolean;
}

/** True if the hash of a PoW block does not exceed its target, which must itself be inside powLimit (spec block-and-pow.md 3.6). */
export function checkPowTarget(hash: Uint8Array, bits: number, params: NetworkParams): boolean {
  if (!params.rules.enforcePowTarget) return true;
  const decoded = decodeCompact(bits);
  if (!isUsableTarget(decoded) || decoded.target > params.powLimit.target) return false;
  return hashToNumber(hash) <= decoded.target;
}

/** True if the solution of a PoW header is valid Equihash for the parameters that its length selects. */
export function checkSolution(header: BlockHeader): boolean {
  if (header.proof.kind !== "pow") return false;
  const parameters = equihashParametersFor(header.proof.solution.length);
  return (
    parameters !== undefined && equihashVerify(parameters.n, parameters.k, equihashInput(header), header.proof.solution)
  );
}

/** Seconds ahead of the adjusted time that a header may carry. It depends on the node's own tip, not on the header's height. */
export function futureTimeLimit(header: BlockHeader, tipHeight: number, params: NetworkParams): number {
  // The reference compares unsigned 32-bit numbers, so "no tip" and "never" (both -1) are the largest height there is.
  if (tipHeight >>> 0 < params.heights.lwma >>> 0) return FUTURE_LIMIT_BEFORE_LWMA;
  return header.proof.kind === "pon" ? FUTURE_LIMIT_PON : FUTURE_LIMIT_POW;
}

/**
 * The checks of a header that need no ancestors, in the reference's order (spec block-and-pow.md 6.1).
 * The signature of an ordinary PON block is no part of them.
 */
export function checkHeader(header: BlockHeader, params: NetworkParams, context: HeaderCheckContext): Reject | null {
  // The version is at least 4.
  if (header.version < MIN_BLOCK_VERSION) return reject("header.version", "version-too-low", 100);

  const broken =
    header.proof.kind === "pon" ? checkPonProof(header, params, context) : checkPowProof(header, params, context);
  if (broken) return broken;

  // The time lies at most the future limit ahead. Waiting can cure it.
  if (header.time > context.adjustedTime + futureTimeLimit(header, context.tipHeight, params)) {
    return reject("header.future-time", "time-too-new", 0, { scope: "now" });
  }
  return null;
}

function checkPonProof(header: BlockHeader, params: NetworkParams, context: HeaderCheckContext): Reject | null {
  if (header.proof.kind !== "pon") return null;
  const emergency = isEmergencyBlock(header, params);

  // A block signature takes at most 73 bytes, the container of an emergency block more. It is outside the block hash.
  const longest = emergency ? params.emergency.maxSignatureBytes : MAX_BLOCK_SIGNATURE;
  if (header.proof.signature.length > longest) {
    return reject("header.pon-signature-size", "bad-pon-sig-size", 100, { scope: "copy" });
  }

  // The PON hash meets the target, whose limit is the larger one as long as the height is not known. Emergency blocks draw no lot.
  if (emergency || context.template) return null;
  const hash = headerPonHash(header, params) as Uint8Array;
  return checkPonTarget(hash, header.bits, params, undefined) ? null : reject("header.pon-target", "high-hash", 50);
}

function checkPowProof(header: BlockHeader, params: NetworkParams, context: HeaderCheckContext): Reject | null {
  if (context.template) return null;

  // The Equihash solution is valid for the parameters that its length selects.
  if (!context.solutionVerified && !checkSolution(header)) {
    return reject("header.solution", "invalid-solution", 100);
  }

  // The block hash meets the target.
  return checkPowTarget(header.hash, header.bits, params) ? null : reject("header.pow-target", "high-hash", 50);
}
