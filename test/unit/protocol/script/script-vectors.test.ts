import { describe, expect, test } from "bun:test";
import { TransactionSignatureChecker, verifyScript } from "../../../../src/protocol/script/index.ts";
import { spendingTransaction } from "./plain-transaction.ts";
import { parseFlags, parseScript } from "./script-text.ts";
import { readVectors } from "./vectors.ts";

type Row = string[];

function rows(name: string): Row[] {
  return readVectors<Row[]>(name).filter((row) => row.length >= 3);
}

function run(row: Row) {
  const scriptSig = parseScript(row[0] as string);
  const scriptPubKey = parseScript(row[1] as string);
  const checker = new TransactionSignatureChecker(spendingTransaction(scriptSig, scriptPubKey), 0, 0n, 0);
  return verifyScript(scriptSig, scriptPubKey, parseFlags(row[2] as string), checker);
}

describe("script rows of the reference", () => {
  test("valid ones succeed", () => {
    const valid = rows("script_valid.json");
    expect(valid.length).toBe(578);
    const failed = valid.map((row) => [row, run(row)] as const).filter(([, error]) => error !== null);
    expect(failed).toEqual([]);
  });

  test("invalid ones fail", () => {
    const invalid = rows("script_invalid.json");
    expect(invalid.length).toBe(442);
    expect(invalid.filter((row) => run(row) === null)).toEqual([]);
  });
});
