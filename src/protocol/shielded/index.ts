import type { JoinSplitDescription, OutputDescription, SpendDescription } from "./descriptions.ts";
import { proofs } from "./lazy.ts";
import type { RandomBytes } from "./proofs/index.ts";
import type { ShieldedJob } from "./shielded-job.ts";

export type { JoinSplitDescription, OutputDescription, SpendDescription } from "./descriptions.ts";
export { type Frontier, IncrementalTree, type TreeHash } from "./incremental-tree.ts";
export { IncrementalWitness } from "./incremental-witness.ts";
export { saplingMerkleHash } from "./lazy.ts";
export type { RandomBytes } from "./proofs/index.ts";
export { EMPTY_SAPLING_ROOT, SAPLING_TREE_DEPTH, SAPLING_TREE_HASH, SaplingTree } from "./sapling-tree.ts";
export { SHIELDED_REJECT_REASON, type ShieldedJob, type ShieldedParts, shieldedJobs } from "./shielded-job.ts";
export { EMPTY_SPROUT_ROOT, SPROUT_TREE_DEPTH, SPROUT_TREE_HASH, SproutTree } from "./sprout-tree.ts";

/** No check of the three below looks at where a job comes from. */
const ANY_TRANSACTION = { txIndex: 0 } as const;

/**
 * Checks a Sapling spend: encodings, no small-order cv or rk, spend authorisation signature, proof (spec transactions.md 9.7).
 * @param sighash signature hash without input, 32 bytes.
 */
export function verifySaplingSpend(spend: SpendDescription, sighash: Uint8Array): boolean {
  return proofs().verifyJob({ kind: "spend", spend, sighash, ...ANY_TRANSACTION });
}

/** Checks a Sapling output: encodings, no small-order cv or ephemeral key, proof (spec transactions.md 9.7). */
export function verifySaplingOutput(output: OutputDescription): boolean {
  return proofs().verifyJob({ kind: "output", output, ...ANY_TRANSACTION });
}

/**
 * Checks the signature that a Sapling transaction's values balance (spec transactions.md 9.7).
 * @param valueBalance zatoshi that leave the pool; negative if they enter it.
 * @param sighash signature hash without input, 32 bytes.
 */
export function verifyBindingSignature(
  spends: readonly Pick<SpendDescription, "cv">[],
  outputs: readonly Pick<OutputDescription, "cv">[],
  valueBalance: bigint,
  bindingSig: Uint8Array,
  sighash: Uint8Array,
): boolean {
  return proofs().verifyBindingSignature(spends, outputs, valueBalance, bindingSig, sighash);
}

/**
 * Checks the proof of a JoinSplit. A PHGR13 proof (296 bytes) always passes, as in the reference (spec transactions.md
 * section 8). The Ed25519 signature of the transaction is a check of its own.
 */
export function verifyJoinSplitProof(joinSplit: JoinSplitDescription, joinSplitPubKey: Uint8Array): boolean {
  return proofs().verifyJob({ kind: "joinsplit", joinSplit, joinSplitPubKey, ...ANY_TRANSACTION });
}

/**
 * Index of the first failing job in the given order, null if all pass. Much faster than single checks for many proofs.
 * @param randomBytes a cryptographic source: who makes proofs must not be able to foresee it.
 */
export function firstFailingShieldedJob(jobs: readonly ShieldedJob[], randomBytes: RandomBytes): number | null {
  return proofs().firstFailingJob(jobs, randomBytes);
}
