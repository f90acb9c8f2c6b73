import { describe, expect, test } from "bun:test";
import { decodeTransaction, makeTransaction, NULL_OUTPOINT } from "../../../../src/protocol/primitives/index.ts";
import {
  countLegacySigops,
  countP2shSigops,
  countRedeemScriptSigops,
  countSigops,
  payToScriptHash,
  ScriptBuilder,
} from "../../../../src/protocol/script/index.ts";
import { plainFields } from "./plain-transaction.ts";
import { parseScript } from "./script-text.ts";

const HASH = new Uint8Array(20);
const PREVOUT = { txid: new Uint8Array(32).fill(7), index: 0 };

describe("signature operations", () => {
  test("are counted up to the first malformed push, skipped branches included", () => {
    expect(countSigops(parseScript("CHECKSIG CHECKSIGVERIFY 1 IF CHECKSIG ENDIF"), false)).toBe(3);
    expect(countSigops(parseScript("CHECKSIG 0x4c 0xff CHECKSIG"), false)).toBe(1);
    expect(countSigops(parseScript("0x01 0xac CHECKSIG"), false)).toBe(1);
  });

  test("of a multisig check are its keys when counted accurately, else 20", () => {
    const script = parseScript("1 0 0 2 CHECKMULTISIG 16 CHECKMULTISIGVERIFY 0 CHECKMULTISIG 17 CHECKMULTISIG");
    expect(countSigops(script, false)).toBe(80);
    expect(countSigops(script, true)).toBe(2 + 16 + 20 + 20);
  });

  test("of a redeem script count only when nothing but pushes leads to it", () => {
    const redeem = parseScript("1 0 0 3 CHECKMULTISIG CHECKSIG");
    const scriptSig = new ScriptBuilder().number(1).data(redeem).finish();
    expect(countRedeemScriptSigops(scriptSig)).toBe(4);
    expect(countRedeemScriptSigops(new ScriptBuilder().raw(scriptSig).op(0x61).finish())).toBe(0);
    expect(countRedeemScriptSigops(new ScriptBuilder().raw(scriptSig).raw(Uint8Array.of(5)).finish())).toBe(0);
    expect(countRedeemScriptSigops(new ScriptBuilder().raw(scriptSig).number(1).finish())).toBe(0);
    expect(countRedeemScriptSigops(new Uint8Array(0))).toBe(0);
  });

  test("of a transaction are those of its scripts and of its redeem scripts", () => {
    const redeem = parseScript("CHECKSIG CHECKSIG");
    const scriptSig = new ScriptBuilder().data(redeem).finish();
    const input = { prevout: PREVOUT, scriptSig, sequence: 0 };
    const output = { value: 0n, script: parseScript("CHECKMULTISIG") };
    const tx = makeTransaction(plainFields(1, [input, { ...input, scriptSig: parseScript("CHECKSIG") }], [output]));
    expect(countLegacySigops(tx)).toBe(21);
    expect(countP2shSigops(tx, (_, index) => (index === 0 ? payToScriptHash(HASH) : redeem))).toBe(2);
    const coinbase = makeTransaction(plainFields(1, [{ ...input, prevout: NULL_OUTPOINT }], [output]));
    expect(countP2shSigops(decodeTransaction(coinbase.raw), () => payToScriptHash(HASH))).toBe(0);
  });
});
