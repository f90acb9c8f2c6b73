import { ed25519Verify } from "../../protocol/crypto/index.ts";
import { hasShieldedParts, type Transaction } from "../../protocol/primitives/index.ts";
import { type Reject, reject } from "../../protocol/rules/index.ts";
import { signatureHash } from "../../protocol/script/index.ts";
import { type ShieldedJob, shieldedJobs } from "../../protocol/shielded/index.ts";

/** The JoinSplit proofs of a transaction, which belong to its checks without context. */
export function joinSplitProofs(tx: Transaction, index: number): ShieldedJob[] {
  if (tx.joinSplits.length === 0) return [];
  // Proofs commit to no signature hash, so any will do for these jobs.
  return shieldedJobs(tx, index, new Uint8Array(32)).filter((job) => job.kind === "joinsplit");
}

/** Checks the JoinSplit signature of a transaction and collects its Sapling checks (spec transactions.md section 9 item 7). */
export function collectShielded(
  tx: Transaction,
  index: number,
  branchId: number,
  initialDownload: boolean,
  jobs: ShieldedJob[],
): Reject | null {
  if (!hasShieldedParts(tx)) return null;
  const sighash = signatureHash({
    tx,
    inputIndex: null,
    scriptCode: new Uint8Array(0),
    amount: 0n,
    hashType: 1,
    branchId,
  });
  if (!sighash) return reject("tx.signature-hash", "error-computing-signature-hash", 100);
  if (tx.joinSplits.length > 0 && !ed25519Verify(sighash, tx.joinSplitSig, tx.joinSplitPubKey)) {
    return reject("tx.joinsplit-signature", "bad-txns-invalid-joinsplit-signature", initialDownload ? 0 : 100);
  }
  jobs.push(...shieldedJobs(tx, index, sighash).filter((job) => job.kind !== "joinsplit"));
  return null;
}
