/** What a refused object is told to the outside (BIP 61 numbers; spec rpc.md section 4). */
export const RejectCode = {
  malformed: 0x01,
  invalid: 0x10,
  obsolete: 0x11,
  duplicate: 0x12,
  nonstandard: 0x40,
  insufficientFee: 0x42,
  checkpoint: 0x43,
} as const;

/**
 * How far a verdict reaches.
 * - `hash`: everything with this hash is invalid for ever.
 * - `copy`: this copy is bad; another copy with the same hash may be good (the failed part is not committed to by the hash).
 * - `now`: not acceptable at this moment; nothing is remembered.
 */
export type RejectScope = "hash" | "copy" | "now";

/** A consensus or policy rule that an object breaks. */
export interface Reject {
  /** Name of the rule in this program: `area.rule`. */
  readonly rule: string;
  /** The reference daemon's exact text; empty where it gives none. */
  readonly reason: string;
  /** BIP 61 number. */
  readonly code: number;
  readonly scope: RejectScope;
  /** Misbehaviour points for the peer that sent it. */
  readonly blame: number;
}

/** Builds a {@link Reject}; most rules reach the hash and carry code 16. */
export function reject(
  rule: string,
  reason: string,
  blame: number,
  { code = RejectCode.invalid as number, scope = "hash" as RejectScope } = {},
): Reject {
  return { rule, reason, code, scope, blame };
}
