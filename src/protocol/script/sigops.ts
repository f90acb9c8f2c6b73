import type { Transaction, TxInput } from "../primitives/index.ts";
import { isCoinbase } from "../primitives/index.ts";
import { Op } from "./opcodes.ts";
import { isPayToScriptHash } from "./script-forms.ts";
import { END_OF_SCRIPT, ScriptReader } from "./script-reader.ts";

const MULTISIG_OPERATIONS = 20;

/**
 * Signature operations in a script up to its first malformed push. Accurate counting takes the number before a multisig
 * operation for its number of keys; otherwise each counts 20.
 */
export function countSigops(script: Uint8Array, accurate: boolean): number {
  const reader = new ScriptReader(script);
  let count = 0;
  let previous = -1;
  for (;;) {
    const opcode = reader.next();
    if (opcode < 0) return count;
    if (opcode === Op.CHECKSIG || opcode === Op.CHECKSIGVERIFY) count++;
    else if (opcode === Op.CHECKMULTISIG || opcode === Op.CHECKMULTISIGVERIFY) {
      const known = accurate && previous >= Op.OP_1 && previous <= Op.OP_16;
      count += known ? previous - Op.OP_1 + 1 : MULTISIG_OPERATIONS;
    }
    previous = opcode;
  }
}

/** Operations of the redeem script that an input's script pushes last; 0 if that script holds anything but pushes. */
export function countRedeemScriptSigops(scriptSig: Uint8Array): number {
  const reader = new ScriptReader(scriptSig);
  let last: Uint8Array = new Uint8Array(0);
  for (;;) {
    const opcode = reader.next();
    if (opcode === END_OF_SCRIPT) return countSigops(last, true);
    if (opcode < 0 || opcode > Op.OP_16) return 0;
    last = reader.data();
  }
}

/** Operations in all scripts of the transaction itself, counted the old way (spec transactions.md section 7). */
export function countLegacySigops(tx: Pick<Transaction, "inputs" | "outputs">): number {
  let count = 0;
  for (const input of tx.inputs) count += countSigops(input.scriptSig, false);
  for (const output of tx.outputs) count += countSigops(output.script, false);
  return count;
}

/**
 * Operations in the redeem scripts of a transaction's inputs.
 * @param spentScript script of the output that input `index` spends
 */
export function countP2shSigops(tx: Transaction, spentScript: (input: TxInput, index: number) => Uint8Array): number {
  if (isCoinbase(tx)) return 0;
  let count = 0;
  tx.inputs.forEach((input, index) => {
    if (isPayToScriptHash(spentScript(input, index))) count += countRedeemScriptSigops(input.scriptSig);
  });
  return count;
}
