import { describe, expect, test } from "bun:test";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import {
  areInputsStandard,
  CONSENSUS_FLAGS,
  checkInput,
  checkStandardTx,
  MANDATORY_FLAGS,
  SignatureBatch,
  STANDARD_FLAGS,
  scriptErrorText,
} from "../../../../src/protocol/script/index.ts";
import { readVectors } from "./vectors.ts";

/** Something that was sent to the reference daemon, with the outputs that it spends and what the daemon said. */
interface Row {
  set: "testnet-t" | "regtest-a";
  /** block: submitblock; pool and accepted: sendrawtransaction; silent: refused with an empty text. */
  method: "block" | "pool" | "silent" | "accepted";
  description: string;
  acadia: boolean;
  answer: string | null;
  transactions: { hex: string; spends: [number, string][] }[];
}

interface Spend {
  tx: Transaction;
  coins: { value: bigint; script: Uint8Array }[];
}

const BRANCH_ID = 0x76b809bb;
const ROWS = readVectors<Row[]>("fluxd-scripts.json.gz");

function spendsOf(row: Row): Spend[] {
  return row.transactions.map(({ hex, spends }) => ({
    tx: decodeTransaction(fromHex(hex)),
    coins: spends.map(([value, script]) => ({ value: BigInt(value), script: fromHex(script) })),
  }));
}

/** The first script failure in a block, found the way a node does: batched signatures first, then the culprit alone. */
function blockAnswer(spends: Spend[]): string | null {
  const batch = new SignatureBatch();
  const text = (error: Parameters<typeof scriptErrorText>[0]) =>
    `mandatory-script-verify-flag-failed (${scriptErrorText(error)})`;
  for (const { tx, coins } of spends) {
    for (const [inputIndex, coin] of coins.entries()) {
      const check = { tx, inputIndex, coin, branchId: BRANCH_ID, flags: CONSENSUS_FLAGS };
      const error = checkInput({ ...check, batch });
      if (error) return text(error);
    }
  }
  const failed = batch.verifyReference();
  if (failed < 0) return null;
  const culprit = batch.inputAt(failed);
  const coin = spends.find(({ tx }) => tx === culprit?.tx)?.coins[culprit?.inputIndex as number];
  if (!culprit || !coin) throw new Error("the batch names no input");
  const error = checkInput({ ...culprit, coin, branchId: BRANCH_ID, flags: CONSENSUS_FLAGS });
  return error && text(error);
}

function poolAnswer({ tx, coins }: Spend, row: Row): string | null {
  if (row.set === "testnet-t") {
    const reason = checkStandardTx(tx, row.acadia);
    if (reason) return `64: ${reason}`;
    if (!areInputsStandard(tx, (_, index) => coins[index]?.script as Uint8Array)) return "";
  }
  for (const [inputIndex, coin] of coins.entries()) {
    const check = { tx, inputIndex, coin, branchId: BRANCH_ID };
    const error = checkInput({ ...check, flags: STANDARD_FLAGS });
    if (!error) continue;
    const mandatory = checkInput({ ...check, flags: MANDATORY_FLAGS });
    if (mandatory === null) return `64: non-mandatory-script-verify-flag (${scriptErrorText(error)})`;
    return `16: mandatory-script-verify-flag-failed (${scriptErrorText(error)})`;
  }
  return null;
}

describe("answers of the reference daemon", () => {
  test("every block with a failing script is refused with the daemon's text", () => {
    const rows = ROWS.filter((row) => row.method === "block");
    expect(rows.length).toBe(151);
    for (const row of rows) {
      expect({ row: row.description, answer: blockAnswer(spendsOf(row)) }).toEqual({
        row: row.description,
        answer: row.answer,
      });
    }
  });

  test("every lone transaction is judged as by the daemon's policy", () => {
    const rows = ROWS.filter((row) => row.method !== "block");
    expect(rows.length).toBe(141);
    for (const row of rows) {
      const [spend] = spendsOf(row);
      expect({ row: row.description, answer: poolAnswer(spend as Spend, row) }).toEqual({
        row: row.description,
        answer: row.answer,
      });
    }
  });
});
