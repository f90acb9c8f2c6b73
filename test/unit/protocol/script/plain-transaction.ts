import {
  makeTransaction,
  NULL_OUTPOINT,
  SAPLING_GROUP_ID,
  type Transaction,
  type TransactionFields,
  type TxInput,
  type TxOutput,
} from "../../../../src/protocol/primitives/index.ts";

const EMPTY = new Uint8Array(0);

/** Fields of a transaction with transparent parts only. */
export function plainFields(
  version: number,
  inputs: readonly TxInput[],
  outputs: readonly TxOutput[],
  lockTime = 0,
): TransactionFields {
  const sapling = version === 4;
  return {
    overwintered: sapling,
    version,
    versionGroupId: sapling ? SAPLING_GROUP_ID : 0,
    inputs,
    outputs,
    lockTime,
    expiryHeight: 0,
    valueBalance: 0n,
    shieldedSpends: [],
    shieldedOutputs: [],
    joinSplits: [],
    joinSplitPubKey: EMPTY,
    joinSplitSig: EMPTY,
    bindingSig: EMPTY,
    fluxnode: null,
  };
}

/** The two transactions around which the reference's script rows are evaluated: the second spends the first. */
export function spendingTransaction(scriptSig: Uint8Array, scriptPubKey: Uint8Array): Transaction {
  const credit = makeTransaction(
    plainFields(
      1,
      [{ prevout: NULL_OUTPOINT, scriptSig: Uint8Array.of(0, 0), sequence: 0xffffffff }],
      [{ value: 0n, script: scriptPubKey }],
    ),
  );
  return makeTransaction(
    plainFields(
      1,
      [{ prevout: { txid: credit.txid, index: 0 }, scriptSig, sequence: 0xffffffff }],
      [{ value: 0n, script: EMPTY }],
    ),
  );
}
