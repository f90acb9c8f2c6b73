import { toDisplayHash } from "../protocol/bytes/index.ts";
import { equihashParametersFor } from "../protocol/crypto/index.ts";
import { allowedEquihashSizes, isPonHeight, type NetworkParams } from "../protocol/params/index.ts";
import type { BlockHeader } from "../protocol/primitives/index.ts";
import {
  checkPonTarget,
  checkPowTarget,
  checkSolution,
  decodeCompact,
  headerPonHash,
  isEmergencyBlock,
  isSolutionSizeAllowed,
} from "../protocol/rules/index.ts";

/** What can be said of a header's proof without any other header. */
export interface ProofReport {
  readonly valid: boolean;
  readonly kind: "pow" | "pon";
  readonly height: number;
  /** Displayed. */
  readonly hash: string;
  /** Of the solution's length; null for a PON header or a length that nobody uses. */
  readonly n: number | null;
  readonly k: number | null;
  /** Displayed hash that is compared with the target. */
  readonly proofHash: string;
  readonly bits: string;
  /** 64 hex digits. */
  readonly target: string;
  readonly checks: Readonly<Record<string, boolean>>;
  readonly notes: readonly string[];
}

/** Checks the proof of work, or the lot of a Proof-of-Node header, as far as the header alone allows (spec block-and-pow.md 6.1, 6.2). */
export function checkProof(header: BlockHeader, height: number, params: NetworkParams): ProofReport {
  const { checks, proofHash, notes } =
    header.proof.kind === "pow" ? powChecks(header, height, params) : ponChecks(header, height, params);
  const equihash = header.proof.kind === "pow" ? equihashParametersFor(header.proof.solution.length) : undefined;
  return {
    valid: Object.values(checks).every(Boolean),
    kind: header.proof.kind,
    height,
    hash: toDisplayHash(header.hash),
    n: equihash?.n ?? null,
    k: equihash?.k ?? null,
    proofHash: toDisplayHash(proofHash),
    bits: header.bits.toString(16).padStart(8, "0"),
    target: decodeCompact(header.bits).target.toString(16).padStart(64, "0"),
    checks,
    notes,
  };
}

function powChecks(header: BlockHeader, height: number, params: NetworkParams) {
  const size = header.proof.kind === "pow" ? header.proof.solution.length : 0;
  const sizes = allowedEquihashSizes(params, height).map(
    ({ n, k, solutionBytes }) => `${n},${k} (${solutionBytes} bytes)`,
  );
  const checks = {
    kind: !isPonHeight(params, height),
    version: header.version >= 4,
    solutionSize: size > 0 && isSolutionSizeAllowed(size, height, params),
    solution: checkSolution(header),
    target: checkPowTarget(header.hash, header.bits, params),
  };
  const notes = [
    ...(checks.kind ? [] : [`from height ${params.heights.pon} on every block is a Proof-of-Node block`]),
    ...(checks.solutionSize
      ? []
      : [`at height ${height} the solution is for ${sizes.join(" or ")}, this one has ${size} bytes`]),
    ...(params.rules.enforcePowTarget ? [] : ["this network does not compare the hash with the target"]),
  ];
  return { checks, proofHash: header.hash, notes };
}

function ponChecks(header: BlockHeader, height: number, params: NetworkParams) {
  const proofHash = headerPonHash(header, params) as Uint8Array;
  const emergency = isEmergencyBlock(header, params);
  const checks = {
    kind: isPonHeight(params, height),
    target: emergency || checkPonTarget(proofHash, header.bits, params, height),
  };
  const notes = [
    ...(checks.kind ? [] : [`before height ${params.heights.pon} every block has a proof of work`]),
    ...(emergency ? ["an emergency block: it has no target to meet; its signatures were not checked"] : []),
    ...(!emergency && !params.rules.enforcePonTarget ? ["this network does not compare the lot with the target"] : []),
    "the signature of the node is not part of this check",
  ];
  return { checks, proofHash, notes };
}
