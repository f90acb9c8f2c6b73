import type { OutPoint } from "../../protocol/primitives/index.ts";

/** Odd multiplier that spreads the outputs of one transaction (2^64 divided by the golden ratio). */
const SPREAD = 0x9e3779b97f4a7c15n;

/**
 * Integer key of a transaction in an index table: 64 bits of its txid. Integers make small, fast tables; two transactions with the
 * same key share a row, and whoever reads it looks at the transactions themselves.
 */
export function transactionKey(txid: Uint8Array): bigint {
  return new DataView(txid.buffer, txid.byteOffset, 8).getBigInt64(0, true);
}

/** Integer key of an output, with the same caveat. */
export function outputKey(outpoint: OutPoint): bigint {
  return BigInt.asIntN(64, transactionKey(outpoint.txid) + SPREAD * BigInt(outpoint.index + 1));
}
