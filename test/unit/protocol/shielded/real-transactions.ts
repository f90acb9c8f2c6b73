import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import { SighashType, signatureHash } from "../../../../src/protocol/script/index.ts";
import { readVectors } from "./vectors.ts";

interface Row {
  txid: string;
  branchId: string;
  note: string;
  hex: string;
}

export interface RealTransaction {
  readonly note: string;
  /** As displayed. */
  readonly txid: string;
  readonly tx: Transaction;
  /** Signature hash without input. */
  readonly sighash: Uint8Array;
}

function read({ note, txid, hex, branchId }: Row): RealTransaction {
  const tx = decodeTransaction(fromHex(hex));
  const sighash = signatureHash({
    tx,
    inputIndex: null,
    scriptCode: new Uint8Array(0),
    amount: 0n,
    hashType: SighashType.ALL,
    branchId: Number.parseInt(branchId, 16),
  });
  if (sighash === null) throw new Error(`no signature hash for ${note}`);
  return { note, txid, tx, sighash };
}

/** The transactions of transactions.json; the first is the Flux one. */
export const REAL_TRANSACTIONS: readonly RealTransaction[] = readVectors<{ items: Row[] }>(
  "transactions.json",
).items.map(read);

export function realTransaction(index: number): RealTransaction {
  const found = REAL_TRANSACTIONS[index];
  if (found === undefined) throw new RangeError(`no real transaction ${index}`);
  return found;
}
