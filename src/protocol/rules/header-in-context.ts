import { equalBytes } from "../bytes/index.ts";
import { allowedEquihashSizes, isPonHeight, type NetworkParams } from "../params/index.ts";
import { type BlockHeader, PON_BLOCK_VERSION } from "../primitives/index.ts";
import { type Reject, RejectCode, reject } from "../verdict/index.ts";
import { type ChainEntry, medianTimePast } from "./chain-entry.ts";
import { nextPonBits, nextPowBits } from "./difficulty/index.ts";
import { checkPonProducer } from "./pon-producer.ts";

const MAX_REORG_DEPTH = 40;

/** While the tip is in this range, after the change to PON, deeper forks are let in. */
const DEEP_REORG = { from: 2_020_000, to: 2_025_000, depth: 5000 };

export interface HeaderContext {
  /** Height of this node's active tip, -1 before there is one. */
  readonly tipHeight: number;
  /** Height of the highest checkpoint whose header is known, or -1. */
  readonly lastCheckpointHeight: number;
  /** `open` for a block under construction that has no producer yet. */
  readonly producer?: "open";
}

/** How many blocks below the tip a new header's parent may not reach (spec block-and-pow.md 6.2, chain-params.md section 4). */
export function maxReorgDepth(tipHeight: number): number {
  return tipHeight >= DEEP_REORG.from && tipHeight <= DEEP_REORG.to ? DEEP_REORG.depth : MAX_REORG_DEPTH;
}

/**
 * The checks of a header that need its ancestors, in the reference's order (spec block-and-pow.md 6.2). The genesis block has
 * no parent and is not subject to them.
 */
export function checkHeaderInContext(
  header: BlockHeader,
  parent: ChainEntry,
  params: NetworkParams,
  context: HeaderContext,
): Reject | null {
  const height = parent.height + 1;

  // The fork that the header would start or extend is not too deep. That changes with the tip, so nothing is remembered.
  if (context.tipHeight - parent.height >= maxReorgDepth(context.tipHeight)) {
    return reject("header.reorg-depth", "bad-fork-prior-to-maxreorgdepth", 10, { scope: "now" });
  }

  const broken = isPonHeight(params, height)
    ? checkPonHeader(header, parent, params, context.producer ?? "deferred")
    : checkPowHeader(header, parent, params);
  if (broken) return broken;

  // A PON block is later than its parent, a PoW block later than the median time past.
  const notAfter = header.proof.kind === "pon" ? parent.time : medianTimePast(parent);
  if (header.time <= notAfter) return reject("header.past-time", "time-too-old", 0);

  return checkCheckpoints(header, height, params, context) ?? checkVersion(header, height, params);
}

function checkPonHeader(
  header: BlockHeader,
  parent: ChainEntry,
  params: NetworkParams,
  producer: "deferred" | "open",
): Reject | null {
  // From the PON height on every block is a PON block.
  if (header.proof.kind !== "pon") return reject("header.not-pon", "not-pon-block", 100);

  // Its lot meets the target under the limit of its height, or it is a signed emergency block.
  const height = parent.height + 1;
  const broken = checkPonProducer(header, height, params, producer, "bad-pon-header");
  if (broken) return broken;

  // Its target is the computed one, except in the repair phase of the test network.
  if (header.bits !== nextPonBits(parent, params)) {
    const lenient = params.rules.lenientPonBits;
    const waived = lenient !== null && height >= lenient[0] && height <= lenient[1];
    if (!waived) return reject("header.pon-bits", "bad-pon-diffbits", 100);
  }
  return null;
}

function checkPowHeader(header: BlockHeader, parent: ChainEntry, params: NetworkParams): Reject | null {
  // Before the PON height no block is a PON block.
  if (header.proof.kind !== "pow") return reject("header.premature-pon", "premature-pon-block", 100);

  // The solution has a size of the height's epoch.
  if (!isSolutionSizeAllowed(header.proof.solution.length, parent.height + 1, params)) {
    return reject("header.solution-size", "bad-equihash-solution-size", 100);
  }

  // The target is the computed one.
  if (header.bits !== nextPowBits(parent, params, header.time)) return reject("header.pow-bits", "bad-diffbits", 100);
  return null;
}

/** True if an Equihash solution of this many bytes may stand at a height (spec block-and-pow.md 6.2). */
export function isSolutionSizeAllowed(size: number, height: number, params: NetworkParams): boolean {
  // A template has no solution yet; for a real block the Equihash check refuses that.
  if (size === 0) return true;
  const anyThrough = params.rules.anyEquihashSizeThroughHeight;
  if (anyThrough !== null && height <= anyThrough) return true;
  return allowedEquihashSizes(params, height).some((allowed) => allowed.solutionBytes === size);
}

function checkCheckpoints(
  header: BlockHeader,
  height: number,
  params: NetworkParams,
  context: HeaderContext,
): Reject | null {
  // No new header lies below the highest checkpoint whose header is known.
  if (height < context.lastCheckpointHeight) {
    return reject("header.below-checkpoint", "", 100, { code: 0 });
  }

  // At a checkpoint's height the hash is the checkpoint's.
  return matchesCheckpoint(header.hash, height, params) ? null : reject("header.checkpoint", "", 0, { code: 0 });
}

/** False for another hash than the checkpoint's at a checkpoint height. */
export function matchesCheckpoint(hash: Uint8Array, height: number, params: NetworkParams): boolean {
  return params.checkpoints.every((checkpoint) => checkpoint.height !== height || equalBytes(checkpoint.hash, hash));
}

function checkVersion(header: BlockHeader, height: number, params: NetworkParams): Reject | null {
  // The version is at least 4, and 100 from the PON height on. Earlier checks leave nothing to refuse here.
  const lowest = isPonHeight(params, height) ? PON_BLOCK_VERSION : 4;
  return header.version < lowest ? reject("header.version", "bad-version", 0, { code: RejectCode.obsolete }) : null;
}
