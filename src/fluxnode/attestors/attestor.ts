import type { FluxnodeRecord } from "../../protocol/fluxnodes/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";

/** A CONFIRM that waits for a benchmark signature. */
export interface AttestationRequest {
  /** Signed by the node key; its address and benchmark fields are empty. */
  readonly confirm: Transaction;
  /** The node as the chain knows it. */
  readonly record: FluxnodeRecord;
  /** Adjusted time, Unix seconds. */
  readonly now: number;
}

export type Attestation =
  | { readonly kind: "attested"; readonly tx: Transaction }
  /** Why not, in the reference daemon's words where it has some, and what the operator can do. */
  | { readonly kind: "refused"; readonly cause: string; readonly fix: string };

/** Who puts address, tier and benchmark signature into this machine's CONFIRMs. */
export interface Attestor {
  /** As in the setting `attestor`. */
  readonly name: "external" | "key" | "none";
  /** Never rejects, and ends in bounded time. */
  attest(request: AttestationRequest): Promise<Attestation>;
}

export function refusal(cause: string, fix: string): Attestation {
  return { kind: "refused", cause, fix };
}
