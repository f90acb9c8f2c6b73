import { describe, expect, test } from "bun:test";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import {
  decodeTransaction,
  makeTransaction,
  type Transaction,
  type TxInput,
  type TxOutput,
} from "../../../../src/protocol/primitives/index.ts";
import {
  areInputsStandard,
  checkStandardTx,
  DEFAULT_STANDARD_POLICY,
  dataScript,
  dustThreshold,
  feeForSize,
  multisigScript,
  Op,
  payToPublicKey,
  payToPublicKeyHash,
  payToScriptHash,
  ScriptBuilder,
} from "../../../../src/protocol/script/index.ts";
import { plainFields } from "./plain-transaction.ts";
import { parseScript } from "./script-text.ts";
import { readVectors } from "./vectors.ts";

const HASH = new Uint8Array(20).fill(1);
const KEY = new Uint8Array(33).fill(2);
const P2PKH = payToPublicKeyHash(HASH);
const P2SH = payToScriptHash(HASH);

function input(scriptSig: Uint8Array = new Uint8Array(0)): TxInput {
  return { prevout: { txid: HASH.slice(0, 0), index: 0 }, scriptSig, sequence: 0 };
}

function spend(outputs: TxOutput[], inputs = [input()], version = 4): Transaction {
  const txid = new Uint8Array(32).fill(9);
  const real = inputs.map((one, index) => ({ ...one, prevout: { txid, index } }));
  return makeTransaction(plainFields(version, real, outputs));
}

function pay(script: Uint8Array, value = 1000n): TxOutput {
  return { value, script };
}

function reasonOf(...outputs: TxOutput[]): string | null {
  return checkStandardTx(spend(outputs), true);
}

function inputStandard(scriptSig: Uint8Array, ...spentScripts: Uint8Array[]): boolean {
  const inputs = spentScripts.map(() => input(scriptSig));
  return areInputsStandard(spend([pay(P2PKH)], inputs), (_, index) => spentScripts[index] as Uint8Array);
}

describe("standard transactions", () => {
  test("have the version of their time, fluxnode transactions any", () => {
    const versions = (acadia: boolean) =>
      [1, 2, 3, 4].map((v) => checkStandardTx(spend([pay(P2PKH)], [input()], v), acadia));
    expect(versions(true)).toEqual(["sapling-version", "sapling-version", "sapling-version", null]);
    expect(versions(false)).toEqual([null, null, "version", "version"]);
    for (const { hex } of readVectors<{ hex: string }[]>("../transactions/fluxnode-layouts.json")) {
      expect(checkStandardTx(decodeTransaction(fromHex(hex)), true)).toBeNull();
    }
  });

  test("push at most 1650 bytes in each input", () => {
    const scriptSig = (size: number) => new ScriptBuilder().data(new Uint8Array(size - 3)).finish();
    expect(checkStandardTx(spend([pay(P2PKH)], [input(scriptSig(1650))]), true)).toBeNull();
    expect(checkStandardTx(spend([pay(P2PKH)], [input(scriptSig(1651))]), true)).toBe("scriptsig-size");
    const notPush = Uint8Array.of(Op.NOP);
    expect(checkStandardTx(spend([pay(P2PKH)], [input(notPush)]), true)).toBe("scriptsig-not-pushonly");
    expect(checkStandardTx(spend([pay(P2PKH)], [input(Uint8Array.of(5, 1))]), true)).toBe("scriptsig-not-pushonly");
  });

  test("pay to known forms only", () => {
    for (const script of [P2PKH, P2SH, payToPublicKey(KEY), multisigScript(1, [KEY, KEY, KEY])]) {
      expect(reasonOf(pay(script))).toBeNull();
    }
    for (const script of [parseScript("1"), new Uint8Array(0), multisigScript(1, [KEY, KEY, KEY, KEY])]) {
      expect(reasonOf(pay(script))).toBe("scriptpubkey");
    }
  });

  test("carry at most one data output, of any value", () => {
    const data = (size: number) => pay(dataScript(new Uint8Array(size)), 0n);
    expect(reasonOf(data(80))).toBeNull();
    expect(reasonOf(data(81))).toBe("scriptpubkey");
    expect(reasonOf(data(1), data(1))).toBe("multi-op-return");
    const off = { ...DEFAULT_STANDARD_POLICY, dataCarrier: false };
    expect(checkStandardTx(spend([data(1)]), true, off)).toBe("scriptpubkey");
    expect(checkStandardTx(spend([pay(Uint8Array.of(Op.RETURN), 0n)]), true, off)).toBeNull();
  });

  test("may be kept from bare multisig", () => {
    const policy = { ...DEFAULT_STANDARD_POLICY, permitBareMultisig: false };
    expect(checkStandardTx(spend([pay(multisigScript(1, [KEY]))]), true, policy)).toBe("bare-multisig");
  });

  test("pay no dust: 54 zatoshi is the least for both address forms", () => {
    for (const script of [P2PKH, P2SH]) {
      expect(dustThreshold(pay(script), 100n)).toBe(54n);
      expect(reasonOf(pay(script, 54n))).toBeNull();
      expect(reasonOf(pay(script, 53n))).toBe("dust");
    }
    expect(dustThreshold(pay(P2PKH), 1000n)).toBe(546n);
    expect(dustThreshold(pay(dataScript(HASH)), 1000n)).toBe(0n);
    expect(dustThreshold(pay(P2PKH), 0n)).toBe(0n);
  });

  test("a fee is rounded down but never to nothing", () => {
    expect(feeForSize(100n, 1999)).toBe(199n);
    expect(feeForSize(100n, 9)).toBe(100n);
    expect(feeForSize(0n, 9)).toBe(0n);
  });
});

describe("standard inputs", () => {
  const redeem = (script: Uint8Array, ...before: number[]) => {
    const builder = new ScriptBuilder();
    for (const value of before) builder.number(value);
    return builder.data(script).finish();
  };

  test("bring exactly the elements that the output asks for", () => {
    expect(inputStandard(parseScript("1 1"), P2PKH)).toBe(true);
    expect(inputStandard(parseScript("1 1 1"), P2PKH)).toBe(false);
    expect(inputStandard(parseScript("1"), P2PKH)).toBe(false);
    expect(inputStandard(parseScript("1"), payToPublicKey(KEY))).toBe(true);
    expect(inputStandard(parseScript("0 1 1"), multisigScript(2, [KEY, KEY]))).toBe(true);
    expect(inputStandard(parseScript("1 1"), multisigScript(2, [KEY, KEY]))).toBe(false);
  });

  test("spend known forms only", () => {
    expect(inputStandard(parseScript("1"), parseScript("1"))).toBe(false);
    expect(inputStandard(parseScript("1"), dataScript(HASH))).toBe(false);
  });

  test("with a redeem script of known form bring its elements too", () => {
    expect(inputStandard(redeem(P2PKH, 1, 1), P2SH)).toBe(true);
    expect(inputStandard(redeem(P2PKH, 1), P2SH)).toBe(false);
    expect(inputStandard(redeem(dataScript(HASH)), P2SH)).toBe(false);
    expect(inputStandard(new Uint8Array(0), P2SH)).toBe(false);
  });

  test("with an unknown redeem script are limited to 15 signature operations, whatever else they bring", () => {
    const checks = (count: number) => new Uint8Array(count).fill(Op.CHECKSIG);
    expect(inputStandard(redeem(checks(15), 1, 1, 1), P2SH)).toBe(true);
    expect(inputStandard(redeem(checks(16)), P2SH)).toBe(false);
  });

  test("after one with an unknown redeem script are not looked at", () => {
    const scriptSig = redeem(parseScript("NOP 1"));
    expect(inputStandard(scriptSig, P2SH, parseScript("NOP"))).toBe(true);
    expect(inputStandard(scriptSig, parseScript("NOP"), P2SH)).toBe(false);
  });
});
