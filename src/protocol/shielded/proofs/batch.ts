import type { ShieldedJob } from "../shielded-job.ts";
import { type PreparedClaim, prepareClaim, type RandomBytes, verifyClaim, verifyClaims } from "./groth16.ts";
import { outputClaim, spendClaim, verifyBindingSignature } from "./sapling.ts";
import { joinSplitClaim, PHGR13_PROOF_SIZE } from "./sprout.ts";

/** What is left to check of a job: "valid" and "invalid" are final, a claim needs its pairing checked. */
type Verdict = "valid" | "invalid" | PreparedClaim;

function claimOf(job: Exclude<ShieldedJob, { kind: "binding" }>) {
  if (job.kind === "spend") return spendClaim(job.spend, job.sighash);
  return job.kind === "output" ? outputClaim(job.output) : joinSplitClaim(job.joinSplit, job.joinSplitPubKey);
}

function withoutPairing(job: ShieldedJob): Verdict {
  if (job.kind === "binding") {
    const { spends, outputs, valueBalance, bindingSig, sighash } = job;
    return verifyBindingSignature(spends, outputs, valueBalance, bindingSig, sighash) ? "valid" : "invalid";
  }
  // The reference accepts every PHGR13 proof (spec transactions.md section 8); its shape was checked by the decoder.
  if (job.kind === "joinsplit" && job.joinSplit.proof.length === PHGR13_PROOF_SIZE) return "valid";
  const claim = claimOf(job);
  return (claim === null ? null : prepareClaim(claim)) ?? "invalid";
}

/** Proofs checked together at most: more would save little and hold megabytes of intermediate points. */
const MAX_BATCH = 128;

interface Pending {
  readonly index: number;
  readonly claim: PreparedClaim;
}

/** Halves a failing set until the first failing member stands alone. */
function firstFailing(pending: readonly Pending[], randomBytes: RandomBytes): number | null {
  const [only] = pending;
  if (only === undefined) return null;
  if (pending.length === 1) return verifyClaim(only.claim) ? null : only.index;
  const claims = pending.map(({ claim }) => claim);
  if (verifyClaims(claims, randomBytes)) return null;
  const middle = pending.length >> 1;
  return firstFailing(pending.slice(0, middle), randomBytes) ?? firstFailing(pending.slice(middle), randomBytes);
}

/** True if the job passes. */
export function verifyJob(job: ShieldedJob): boolean {
  const verdict = withoutPairing(job);
  return typeof verdict === "string" ? verdict === "valid" : verifyClaim(verdict);
}

/**
 * Index of the first job in the given order that fails, null if all pass. The proofs are checked together; only if that
 * fails are ever smaller sets of them checked to name the first.
 * @param randomBytes must be unpredictable: with known numbers invalid proofs could be made to cancel out.
 */
export function firstFailingJob(jobs: readonly ShieldedJob[], randomBytes: RandomBytes): number | null {
  const pending: Pending[] = [];
  let failed: number | null = null;
  for (const [index, job] of jobs.entries()) {
    const verdict = withoutPairing(job);
    if (verdict === "invalid") {
      failed = index;
      break;
    }
    if (verdict !== "valid") pending.push({ index, claim: verdict });
  }
  for (let start = 0; start < pending.length; start += MAX_BATCH) {
    const failing = firstFailing(pending.slice(start, start + MAX_BATCH), randomBytes);
    if (failing !== null) return failing;
  }
  return failed;
}
