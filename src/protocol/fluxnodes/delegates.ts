import { DelegateType, type FluxnodeStart, type OutPoint } from "../primitives/index.ts";

/** Keys beside the owner's that may sign a START for a collateral (spec fluxnodes.md section 10). */
export interface DelegateSet {
  readonly version: number;
  readonly type: number;
  /** Compressed public keys. */
  readonly keys: readonly Uint8Array[];
}

/** A stored set with the collateral it is for. */
export interface DelegateEntry {
  readonly collateral: OutPoint;
  readonly delegates: DelegateSet;
}

const MAX_DELEGATES = 4;
const COMPRESSED_KEY_LENGTH = 33;

/**
 * Whether the delegate part of a START follows the rule of spec fluxnodes.md 7.1 item 5. Keys are taken in their effective form,
 * so the length tells a compressed key; neither the curve nor repetitions are looked at.
 */
export function delegatesAreValid({ delegates }: FluxnodeStart): boolean {
  if (!delegates) return true;
  const { type, keys } = delegates;
  if (type !== DelegateType.update && type !== DelegateType.signing) return false;
  return keys.length <= MAX_DELEGATES && keys.every((key) => key.length === COMPRESSED_KEY_LENGTH);
}

/** True if a stored delegate, and not the owner, has to sign the START. */
export function isSignedByDelegate(start: FluxnodeStart): boolean {
  return start.delegates?.type === DelegateType.signing && delegatesAreValid(start);
}

/**
 * What a mined START makes of the stored set: undefined leaves it, null erases it. An UPDATE without keys erases, and so does one
 * of an unknown delegate version, since that carries no keys on the wire.
 */
export function delegateUpdate({ delegates }: FluxnodeStart): DelegateSet | null | undefined {
  if (!delegates?.using || delegates.type !== DelegateType.update) return undefined;
  const { version, type, keys } = delegates;
  return keys.length === 0 ? null : { version, type, keys: keys.map((key) => key.slice()) };
}
