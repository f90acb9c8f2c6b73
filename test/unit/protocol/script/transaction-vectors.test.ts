import { describe, expect, test } from "bun:test";
import { fromDisplayHash, fromHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction, outPointKey, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import { checkTransaction } from "../../../../src/protocol/rules/index.ts";
import { SighashCache, TransactionSignatureChecker, verifyScript } from "../../../../src/protocol/script/index.ts";
import { knownNetwork } from "./networks.ts";
import { parseFlags, parseScript } from "./script-text.ts";
import { readVectors } from "./vectors.ts";

const MAIN = knownNetwork("main");

type Row = [[string, number, string][], string, string];

function rows(name: string): Row[] {
  return readVectors<unknown[][]>(name).filter((row): row is Row => Array.isArray(row[0]));
}

function scriptsPass(tx: Transaction, row: Row): boolean {
  const spent = new Map<string, Uint8Array>();
  for (const [txid, index, script] of row[0]) {
    spent.set(outPointKey({ txid: fromDisplayHash(txid), index: index >>> 0 }), parseScript(script));
  }
  const flags = parseFlags(row[2]);
  const cache = new SighashCache(tx);
  return tx.inputs.every((input, i) => {
    const script = spent.get(outPointKey(input.prevout));
    if (!script) throw new Error("the row does not name the output that an input spends");
    return verifyScript(input.scriptSig, script, flags, new TransactionSignatureChecker(tx, i, 0n, 0, cache)) === null;
  });
}

function isValid(row: Row): boolean {
  const tx = decodeTransaction(fromHex(row[1]));
  return checkTransaction(tx, MAIN, null) === null && scriptsPass(tx, row);
}

describe("transaction rows of the reference", () => {
  test("valid ones pass the context-free check and all scripts", () => {
    const valid = rows("tx_valid.json");
    expect(valid.length).toBe(32);
    expect(valid.filter((row) => !isValid(row))).toEqual([]);
  });

  test("invalid ones fail either", () => {
    const invalid = rows("tx_invalid.json");
    expect(invalid.length).toBe(54);
    expect(invalid.filter(isValid)).toEqual([]);
  });
});
