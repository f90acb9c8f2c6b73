import type { Acceptance, Chain } from "../chain/index.ts";
import { equalBytes } from "../protocol/bytes/index.ts";
import {
  type ConfirmationKind,
  type FluxnodeRecord,
  signConfirm,
  unsignedConfirm,
} from "../protocol/fluxnodes/index.ts";
import type { Transaction } from "../protocol/primitives/index.ts";
import type { Attestor } from "./attestors/index.ts";
import type { FluxnodeIdentity } from "./identity.ts";

/** What became of a confirmation. */
export type Confirmation =
  | { readonly kind: "sent"; readonly tx: Transaction }
  /** The chain's list has no such node, or another key. `cause` is the daemon's text, which may be empty. */
  | { readonly kind: "unsigned"; readonly cause: string }
  | { readonly kind: "unattested"; readonly cause: string; readonly fix: string }
  /** The memory pool did not take it. */
  | { readonly kind: "refused"; readonly tx: Transaction; readonly cause: string };

export interface ConfirmationOptions {
  readonly chain: Pick<Chain, "read" | "pool" | "adjustedTime">;
  readonly identity: FluxnodeIdentity;
  readonly attestor: Attestor;
  /** Offers a transaction of the pool to the peers. */
  readonly relay: (tx: Transaction) => void;
}

/** Makes a CONFIRM of this machine, has it attested, and sends it (spec fluxnodes.md section 16). */
export async function confirmFluxnode(kind: ConfirmationKind, options: ConfirmationOptions): Promise<Confirmation> {
  const { chain, identity, attestor, relay } = options;
  const record = await chain.read(({ nodes }) => nodes.find(identity.collateral));
  if (!record) return { kind: "unsigned", cause: "fluxnode-data-is-null" };
  if (!equalBytes(record.publicKey, identity.publicKey)) return { kind: "unsigned", cause: "" };
  const now = chain.adjustedTime;
  const unsigned = unsignedConfirm({ collateral: identity.collateral, kind, sigTime: now });
  const attestation = await attestor.attest({ confirm: signConfirm(unsigned, identity.key), record, now });
  if (attestation.kind === "refused") return { ...attestation, kind: "unattested" };
  const { tx } = attestation;
  const outcome = await chain.pool.accept(tx);
  if (outcome.kind !== "accepted") return { kind: "refused", tx, cause: causeOf(outcome, record) };
  relay(tx);
  return { kind: "sent", tx };
}

function causeOf(outcome: Exclude<Acceptance, { kind: "accepted" }>, record: FluxnodeRecord): string {
  if (outcome.kind === "refused") return outcome.reject.reason;
  if (outcome.kind === "orphan") return "Missing inputs";
  if (outcome.cause === "confirm-too-early") return `too soon after the one at height ${record.lastConfirmed}`;
  return outcome.text || outcome.cause;
}
