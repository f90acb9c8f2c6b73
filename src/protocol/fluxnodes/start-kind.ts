import { FluxTxVersionBit, type Transaction } from "../primitives/index.ts";

/**
 * What a START claims to be (spec fluxnodes.md 5.2). `none` is a version 6 START with both type bits or neither:
 * it parses, but no rule accepts it.
 */
export type StartKind = "legacy" | "normal" | "p2sh" | "none";

/** Kind by transaction version and, in version 6, by the type bits. */
export function startKind(txVersion: number, fluxTxVersion: number): StartKind {
  if (txVersion !== 6) return "legacy";
  const normal = (fluxTxVersion & FluxTxVersionBit.normal) !== 0;
  const p2sh = (fluxTxVersion & FluxTxVersionBit.p2sh) !== 0;
  if (normal === p2sh) return "none";
  return p2sh ? "p2sh" : "normal";
}

/** Kind of a START transaction; `none` for every other transaction. */
export function startKindOf(tx: Transaction): StartKind {
  return tx.fluxnode?.kind === "start" ? startKind(tx.version, tx.fluxnode.fluxTxVersion) : "none";
}
