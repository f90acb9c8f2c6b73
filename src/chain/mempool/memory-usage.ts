import type { Transaction } from "../../protocol/primitives/index.ts";
import type { MempoolEntry } from "./mempool-entry.ts";

// The reference weighs transactions by the memory that they take in its own structures on a 64-bit machine; which ones are evicted
// and what getmempoolinfo shows depends on these sizes, so they are facts of the protocol's environment and not of this program.
const INPUT_STRUCT = 72;
const OUTPUT_STRUCT = 40;
/** Scripts up to this length lie inside the structures. */
const INLINE_SCRIPT = 28;
/** One record of the pool with its place in the index. */
const ENTRY_USAGE = 832;
/** One spent outpoint. */
const SPENDER_USAGE = 112;
/** One fee or priority delta. */
const DELTA_USAGE = 96;

/** Serialised sizes of shielded parts; a JoinSplit counts with its old, longer proof. */
const JOINSPLIT_SIZE = 1802;
const SHIELDED_OUTPUT_SIZE = 948;
const SHIELDED_SPEND_SIZE = 384;

const MINIMUM_COST = 4000;
const LOW_FEE_PENALTY = 16_000;
/** Zatoshi; who pays less is evicted rather. */
const USUAL_FEE = 10_000n;

/** What an allocation of `size` bytes takes. */
function allocation(size: number): number {
  return size === 0 ? 0 : ((size + 31) >> 4) << 4;
}

function scriptUsage(script: Uint8Array): number {
  return script.length > INLINE_SCRIPT ? allocation(script.length) : 0;
}

/** Memory of a transaction's inputs and outputs. */
function transactionUsage(tx: Transaction): number {
  let usage = allocation(tx.inputs.length * INPUT_STRUCT) + allocation(tx.outputs.length * OUTPUT_STRUCT);
  for (const { scriptSig } of tx.inputs) usage += scriptUsage(scriptSig);
  for (const { script } of tx.outputs) usage += scriptUsage(script);
  return usage;
}

/** Memory that an entry takes in the reference's pool, the tables that find it included. */
export function entryUsage({ tx }: MempoolEntry): number {
  return ENTRY_USAGE + transactionUsage(tx) + tx.inputs.length * SPENDER_USAGE;
}

export function deltasUsage(count: number): number {
  return count * DELTA_USAGE;
}

/** What a transaction counts towards the limit of the pool (spec transactions.md section 12 item 14). */
export function transactionCost(tx: Transaction): number {
  const shielded =
    tx.joinSplits.length * JOINSPLIT_SIZE +
    tx.shieldedOutputs.length * SHIELDED_OUTPUT_SIZE +
    tx.shieldedSpends.length * SHIELDED_SPEND_SIZE;
  return Math.max(transactionUsage(tx) + shielded, MINIMUM_COST);
}

/** How likely a transaction is the one to be evicted, relative to the others. */
export function evictionWeight(tx: Transaction, fee: bigint): number {
  return transactionCost(tx) + (fee < USUAL_FEE ? LOW_FEE_PENALTY : 0);
}
