import { FluxnodeType, type OutPoint, type Transaction } from "../primitives/index.ts";
import { fluxnodeTransaction } from "./build.ts";

const EMPTY: Uint8Array = new Uint8Array(0);
const UPDATE_TYPES = { initial: 0, update: 1 } as const;

/** The first confirmation after a START, or a later one. */
export type ConfirmationKind = keyof typeof UPDATE_TYPES;

export interface ConfirmFields {
  readonly collateral: OutPoint;
  readonly kind: ConfirmationKind;
  /** Unix seconds. */
  readonly sigTime: number;
}

/**
 * CONFIRM without signatures and without what an attestor fills in. Version 5, as the reference makes them for every node; also for
 * one that a START of version 6 began (spec fluxnodes.md section 16).
 */
export function unsignedConfirm({ collateral, kind, sigTime }: ConfirmFields): Transaction {
  return fluxnodeTransaction(5, {
    kind: "confirm",
    type: FluxnodeType.confirm,
    collateral,
    sigTime,
    benchmarkTier: 0,
    benchmarkSigTime: 0,
    updateType: UPDATE_TYPES[kind],
    ip: "",
    signature: EMPTY,
    benchmarkSignature: EMPTY,
  });
}
