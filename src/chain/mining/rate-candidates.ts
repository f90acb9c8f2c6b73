import { bytesKey } from "../../protocol/bytes/index.ts";
import { isExpired, isFinal, shieldedValueIn, valueOut } from "../../protocol/rules/index.ts";
import { type MempoolEntry, modifiedSize } from "../mempool/index.ts";
import type { Candidate } from "./candidate-queue.ts";
import type { TransactionSource } from "./transaction-source.ts";

/** What the place in the chain says about candidates. */
export interface CandidateContext {
  /** Height of the block with a transaction; undefined when it has no unspent outputs after the tip. */
  readonly heightOf: (txid: Uint8Array) => number | undefined;
  /** Of the new block. */
  readonly height: number;
  readonly medianTimePast: number;
}

/** Fluxnode transactions pay nothing; they are rated as if they paid this many zatoshi. */
const FLUXNODE_FEE = 1_000_000n;
/** Zatoshi that a collateral counts for in the priority of a fluxnode transaction. */
const FLUXNODE_VALUE = 100;

/** A candidate with the transactions that have to come before it. */
export interface RatedCandidate extends Candidate {
  /** `bytesKey` of their txids. */
  readonly parents: ReadonlySet<string>;
}

/** The transactions that height and time allow, rated as the reference does it (spec transactions.md section 13, fluxnodes.md section 14). */
export function rateCandidates(source: TransactionSource, context: CandidateContext): RatedCandidate[] {
  return source
    .entries()
    .filter(({ tx }) => isFinal(tx, context.height, context.medianTimePast) && !isExpired(tx, context.height))
    .map((entry) => rate(entry, source, context));
}

function rate(entry: MempoolEntry, source: TransactionSource, { heightOf, height }: CandidateContext): RatedCandidate {
  const { tx, size, spent } = entry;
  const parents = new Set<string>();
  let valueIn = shieldedValueIn(tx);
  let valueTimesAge = 0;
  tx.inputs.forEach(({ prevout }, i) => {
    const value = spent[i]?.value ?? 0n;
    valueIn += value;
    const confirmed = heightOf(prevout.txid);
    if (confirmed === undefined) parents.add(bytesKey(prevout.txid));
    else valueTimesAge += Number(value) * (height - confirmed);
  });
  if (tx.fluxnode && tx.fluxnode.kind !== "untyped") {
    const confirmed = heightOf(tx.fluxnode.collateral.txid);
    if (confirmed !== undefined) valueTimesAge += FLUXNODE_VALUE * (height - confirmed);
  }
  const delta = source.delta(tx.txid);
  const fee = tx.fluxnode ? FLUXNODE_FEE : valueIn + delta.fee - valueOut(tx);
  return {
    entry,
    priority: valueTimesAge / modifiedSize(tx) + delta.priority,
    feeRate: (fee * 1000n) / BigInt(size),
    parents,
  };
}
