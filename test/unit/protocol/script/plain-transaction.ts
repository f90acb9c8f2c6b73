import {
  makeTransaction,
  NULL_OUTPOINT,
  type Transaction,
  type TransactionFields,
  type TxInput,
  type TxOutput,
  transparentFields,
} from "../../../../src/protocol/primitives/index.ts";

const EMPTY = new Uint8Array(0);

/** Fields of a transaction with transparent parts only. */
export function plainFields(
  version: number,
  inputs: readonly TxInput[],
  outputs: readonly TxOutput[],
  lockTime = 0,
): TransactionFields {
  return { ...transparentFields(version === 4, inputs, outputs), version, lockTime };
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
