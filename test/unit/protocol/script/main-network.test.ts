import { describe, expect, test } from "bun:test";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction, type Transaction, type TxInput } from "../../../../src/protocol/primitives/index.ts";
import {
  CONSENSUS_FLAGS,
  checkInput,
  destinationOf,
  SignatureBatch,
  STANDARD_FLAGS,
  scriptToAsm,
  signatureHash,
} from "../../../../src/protocol/script/index.ts";
import { readVectors } from "./vectors.ts";

interface Input {
  prevScript?: string;
  prevValueZat?: number;
  sighash?: string;
}

interface Item {
  hex: string;
  branchId?: string;
  kind: string;
  inputs?: Input[];
}

interface Spend {
  tx: Transaction;
  inputIndex: number;
  coin: { value: bigint; script: Uint8Array };
  branchId: number;
  sighash: string;
}

function knownSpends(): Spend[] {
  const spends: Spend[] = [];
  for (const { hex, branchId, inputs = [] } of readVectors<{ items: Item[] }>("../mainnet/transactions.json").items) {
    const tx = decodeTransaction(fromHex(hex));
    for (const [inputIndex, { prevScript, prevValueZat, sighash }] of inputs.entries()) {
      if (prevScript === undefined || prevValueZat === undefined || !sighash || !branchId) continue;
      const coin = { value: BigInt(prevValueZat), script: fromHex(prevScript) };
      spends.push({ tx, inputIndex, coin, branchId: Number.parseInt(branchId, 16), sighash });
    }
  }
  return spends;
}

describe("spends on the main network", () => {
  const spends = knownSpends();

  test("have the known signature hashes", () => {
    expect(spends.length).toBeGreaterThan(20);
    for (const { tx, inputIndex, coin, branchId, sighash } of spends) {
      const request = { tx, inputIndex, scriptCode: coin.script, amount: coin.value, hashType: 1, branchId };
      expect(toHex(signatureHash(request) as Uint8Array)).toBe(sighash);
    }
  });

  test("verify at once and in a batch", () => {
    const batch = new SignatureBatch();
    for (const spend of spends) {
      expect(checkInput({ ...spend, flags: CONSENSUS_FLAGS })).toBeNull();
      expect(checkInput({ ...spend, flags: STANDARD_FLAGS, batch })).toBeNull();
    }
    expect(batch.size).toBe(spends.length);
    expect(batch.verifyReference()).toBe(-1);
  });

  test("fail with another amount, another branch or another output", () => {
    for (const spend of spends.slice(0, 5)) {
      const coin = { ...spend.coin, value: spend.coin.value + 1n };
      expect(checkInput({ ...spend, coin, flags: CONSENSUS_FLAGS })).toBe("EVAL_FALSE");
      expect(checkInput({ ...spend, branchId: 0, flags: CONSENSUS_FLAGS })).toBe("EVAL_FALSE");
      const script = spend.coin.script.slice();
      script[5] = (script[5] as number) ^ 1;
      expect(checkInput({ ...spend, coin: { ...coin, script }, flags: CONSENSUS_FLAGS })).toBe("EQUALVERIFY");
    }
  });

  test("print as signature with hash type and key, and pay to known forms", () => {
    for (const { tx, inputIndex } of spends) {
      const { scriptSig } = tx.inputs[inputIndex] as TxInput;
      expect(scriptToAsm(scriptSig, true)).toMatch(/^30[0-9a-f]+\[ALL\] 0[23][0-9a-f]{64}$/);
      for (const output of tx.outputs) expect(destinationOf(output.script)).not.toBeNull();
    }
  });
});
