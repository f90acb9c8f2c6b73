import { SAPLING_GROUP_ID, type Transaction, type TxInput, type TxOutput } from "./transaction.ts";

/** A transaction without what is computed from it. */
export type TransactionFields = Omit<Transaction, "raw" | "txid">;

const NOTHING: Uint8Array = new Uint8Array(0);
const NONE: readonly never[] = [];

/** A transaction of version 1 with nothing in it: what others differ from. */
export const EMPTY_FIELDS: TransactionFields = {
  overwintered: false,
  version: 1,
  versionGroupId: 0,
  inputs: NONE,
  outputs: NONE,
  lockTime: 0,
  expiryHeight: 0,
  valueBalance: 0n,
  shieldedSpends: NONE,
  shieldedOutputs: NONE,
  joinSplits: NONE,
  joinSplitPubKey: NOTHING,
  joinSplitSig: NOTHING,
  bindingSig: NOTHING,
  fluxnode: null,
};

/**
 * A transaction with transparent parts only, without lock time and expiry.
 * @param sapling true for a height from ACADIA on: version 4, else version 1
 */
export function transparentFields(
  sapling: boolean,
  inputs: readonly TxInput[],
  outputs: readonly TxOutput[],
): TransactionFields {
  if (!sapling) return { ...EMPTY_FIELDS, inputs, outputs };
  return { ...EMPTY_FIELDS, overwintered: true, version: 4, versionGroupId: SAPLING_GROUP_ID, inputs, outputs };
}
