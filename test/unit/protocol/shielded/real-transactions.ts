import { blake2b } from "@noble/hashes/blake2.js";
import { ByteWriter, fromHex } from "../../../../src/protocol/bytes/index.ts";
import {
  decodeTransaction,
  type Transaction,
  writeJoinSplit,
  writeSaplingOutput,
  writeSaplingSpend,
} from "../../../../src/protocol/primitives/index.ts";
import { readVectors } from "./vectors.ts";

interface Row {
  txid: string;
  branchId: string;
  note: string;
  hex: string;
}

export interface RealTransaction {
  readonly note: string;
  readonly tx: Transaction;
  /** Signature hash without input. */
  readonly sighash: Uint8Array;
}

/** ZIP-243 with hash type ALL and no input, written from the specification so that this does not depend on the script code. */
function noInputSighash(tx: Transaction, branchId: number): Uint8Array {
  const digest = (name: string, write: (writer: ByteWriter) => void, count = 1): Uint8Array => {
    if (count === 0) return new Uint8Array(32);
    const writer = new ByteWriter();
    write(writer);
    return blake2b(writer.finish(), { dkLen: 32, personalization: new TextEncoder().encode(name) });
  };
  const message = new ByteWriter().u32(0x80000000 + tx.version).u32(tx.versionGroupId);
  message.fixed(
    digest("ZcashPrevoutHash", (w) => {
      for (const { prevout } of tx.inputs) w.fixed(prevout.txid).u32(prevout.index);
    }),
  );
  message.fixed(
    digest("ZcashSequencHash", (w) => {
      for (const { sequence } of tx.inputs) w.u32(sequence);
    }),
  );
  message.fixed(
    digest("ZcashOutputsHash", (w) => {
      for (const { value, script } of tx.outputs) w.i64(value).varBytes(script);
    }),
  );
  const joinSplits = (w: ByteWriter) => {
    for (const joinSplit of tx.joinSplits) writeJoinSplit(w, joinSplit);
    w.fixed(tx.joinSplitPubKey);
  };
  message.fixed(digest("ZcashJSplitsHash", joinSplits, tx.joinSplits.length));
  const spends = (w: ByteWriter) => {
    for (const spend of tx.shieldedSpends) writeSaplingSpend(w, { ...spend, spendAuthSig: new Uint8Array(0) });
  };
  message.fixed(digest("ZcashSSpendsHash", spends, tx.shieldedSpends.length));
  const outputs = (w: ByteWriter) => {
    for (const output of tx.shieldedOutputs) writeSaplingOutput(w, output);
  };
  message.fixed(digest("ZcashSOutputHash", outputs, tx.shieldedOutputs.length));
  message.u32(tx.lockTime).u32(tx.expiryHeight).i64(tx.valueBalance).u32(1);
  const branch = new ByteWriter().fixed(new TextEncoder().encode("ZcashSigHash")).u32(branchId).finish();
  return blake2b(message.finish(), { dkLen: 32, personalization: branch });
}

/** The transactions of transactions.json; the first is the Flux one. */
export const REAL_TRANSACTIONS: readonly RealTransaction[] = readVectors<{ items: Row[] }>(
  "transactions.json",
).items.map(({ note, hex, branchId }) => {
  const tx = decodeTransaction(fromHex(hex));
  return { note, tx, sighash: noInputSighash(tx, Number.parseInt(branchId, 16)) };
});

export function realTransaction(index: number): RealTransaction {
  const found = REAL_TRANSACTIONS[index];
  if (found === undefined) throw new RangeError(`no real transaction ${index}`);
  return found;
}
