import type { JoinSplitDescription, OutputDescription, SpendDescription } from "./descriptions.ts";

/** Where a job comes from. */
interface JobOrigin {
  /** Whatever number the caller knows the transaction by, usually its place in the block. */
  readonly txIndex: number;
}

/**
 * One check that is true or false by itself. The four kinds fail with different reasons, see {@link SHIELDED_REJECT_REASON}.
 * Plain data, so that it can be sent to another thread.
 */
export type ShieldedJob = JobOrigin &
  (
    | { readonly kind: "joinsplit"; readonly joinSplit: JoinSplitDescription; readonly joinSplitPubKey: Uint8Array }
    | { readonly kind: "spend"; readonly spend: SpendDescription; readonly sighash: Uint8Array }
    | { readonly kind: "output"; readonly output: OutputDescription }
    | {
        readonly kind: "binding";
        readonly spends: readonly Pick<SpendDescription, "cv">[];
        readonly outputs: readonly Pick<OutputDescription, "cv">[];
        /** Zatoshi. */
        readonly valueBalance: bigint;
        readonly bindingSig: Uint8Array;
        readonly sighash: Uint8Array;
      }
  );

/** The reference's reject reason for a failed job (spec transactions.md sections 8 and 9.7). */
export const SHIELDED_REJECT_REASON = {
  joinsplit: "bad-txns-joinsplit-verification-failed",
  spend: "bad-txns-sapling-spend-description-invalid",
  output: "bad-txns-sapling-output-description-invalid",
  binding: "bad-txns-sapling-binding-signature-invalid",
} as const satisfies Record<ShieldedJob["kind"], string>;

/** The shielded parts of a decoded transaction. */
export interface ShieldedParts {
  readonly shieldedSpends: readonly SpendDescription[];
  readonly shieldedOutputs: readonly OutputDescription[];
  readonly joinSplits: readonly JoinSplitDescription[];
  readonly joinSplitPubKey: Uint8Array;
  readonly bindingSig: Uint8Array;
  /** Zatoshi. */
  readonly valueBalance: bigint;
}

/** Views on a block must not travel: sending one to another thread would copy the whole block with it. */
const own = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const ownPair = ([first, second]: readonly [Uint8Array, Uint8Array]): [Uint8Array, Uint8Array] => [
  own(first),
  own(second),
];

/**
 * The checks of a transaction in the order in which the reference makes them: JoinSplit proofs, spends, outputs, binding signature.
 * The fields are copied; ciphertexts, which no check covers, are left behind.
 * @param sighash the signature hash without input, 32 bytes (spec transactions.md section 6.3).
 */
export function shieldedJobs(tx: ShieldedParts, txIndex: number, sighash: Uint8Array): ShieldedJob[] {
  const jobs: ShieldedJob[] = [];
  const joinSplitPubKey = own(tx.joinSplitPubKey);
  const ownSighash = own(sighash);
  for (const joinSplit of tx.joinSplits) {
    const copy: JoinSplitDescription = {
      vpubOld: joinSplit.vpubOld,
      vpubNew: joinSplit.vpubNew,
      anchor: own(joinSplit.anchor),
      nullifiers: ownPair(joinSplit.nullifiers),
      commitments: ownPair(joinSplit.commitments),
      randomSeed: own(joinSplit.randomSeed),
      macs: ownPair(joinSplit.macs),
      proof: own(joinSplit.proof),
    };
    jobs.push({ kind: "joinsplit", txIndex, joinSplit: copy, joinSplitPubKey });
  }
  const spends = tx.shieldedSpends.map(
    (spend): SpendDescription => ({
      cv: own(spend.cv),
      anchor: own(spend.anchor),
      nullifier: own(spend.nullifier),
      rk: own(spend.rk),
      proof: own(spend.proof),
      spendAuthSig: own(spend.spendAuthSig),
    }),
  );
  for (const spend of spends) jobs.push({ kind: "spend", txIndex, spend, sighash: ownSighash });
  const outputs = tx.shieldedOutputs.map(
    (output): OutputDescription => ({
      cv: own(output.cv),
      cmu: own(output.cmu),
      ephemeralKey: own(output.ephemeralKey),
      proof: own(output.proof),
    }),
  );
  for (const output of outputs) jobs.push({ kind: "output", txIndex, output });
  if (spends.length > 0 || outputs.length > 0) {
    jobs.push({
      kind: "binding",
      txIndex,
      spends: spends.map(({ cv }) => ({ cv })),
      outputs: outputs.map(({ cv }) => ({ cv })),
      valueBalance: tx.valueBalance,
      bindingSig: own(tx.bindingSig),
      sighash: ownSighash,
    });
  }
  return jobs;
}
