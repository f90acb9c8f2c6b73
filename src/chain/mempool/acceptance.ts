import type { Reject } from "../../protocol/rules/index.ts";
import type { ShieldedJob } from "../../protocol/shielded/index.ts";
import type { ShieldedFailure } from "../shielded/shielded-verifier.ts";
import type { MempoolEntry } from "./mempool-entry.ts";

/** Why the pool passes over a transaction without a word: nobody is to blame, and the reference gives no reason either. */
export type DropCause =
  | "recently-evicted"
  | "recently-mined"
  | "recently-seen"
  | "confirm-too-early"
  | "confirm-without-node"
  | "already-in-pool"
  | "already-in-chain"
  | "conflict"
  | "nonstandard-inputs"
  | "absurd-fee";

/** Why a transaction did not come into the pool. */
export type Refusal =
  /** A rule is broken. A peer gets a reject message, and the reject's blame. */
  | { readonly kind: "refused"; readonly reject: Reject }
  /** Text: empty, or what a local caller is told. */
  | { readonly kind: "dropped"; readonly cause: DropCause; readonly text: string }
  /** It spends outputs of transactions (txids in wire order) that neither chain nor pool know. */
  | { readonly kind: "orphan"; readonly missing: readonly Uint8Array[] };

/** What became of a transaction that was offered to the pool. An accepted one may be gone again already, if the pool was full. */
export type Acceptance = { readonly kind: "accepted"; readonly entry: MempoolEntry } | Refusal;

/** The transaction cannot be judged before somebody verified these. */
export interface ProofsWanted {
  readonly kind: "unproven";
  readonly branchId: number;
  readonly jobs: readonly ShieldedJob[];
}

/** Verdict on shielded proofs and signatures, good for one branch id. "mined": a block with the transaction was valid. */
export type ProofVerdict = { readonly branchId: number; readonly failure: ShieldedFailure | null } | "mined";

/** Where a transaction comes from. */
export interface AcceptOptions {
  /** From a peer: limits for fees and free transactions apply. Default false. */
  readonly fromPeer?: boolean;
  /** Refuse a fee so high that it must be a mistake. Default false. */
  readonly refuseAbsurdFee?: boolean;
  /** Unix seconds of its arrival, if that was earlier. */
  readonly time?: number;
}

export function dropped(cause: DropCause, text = ""): Refusal {
  return { kind: "dropped", cause, text };
}

export function refused(reject: Reject): Refusal {
  return { kind: "refused", reject };
}
