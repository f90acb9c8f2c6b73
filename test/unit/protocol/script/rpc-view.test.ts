import { describe, expect, test } from "bun:test";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { encodeAddress } from "../../../../src/protocol/primitives/index.ts";
import { destinationsOf, scriptToAsm } from "../../../../src/protocol/script/index.ts";
import { knownNetwork } from "./networks.ts";
import { parseScript } from "./script-text.ts";
import { readVectors } from "./vectors.ts";

interface Row {
  asm: string;
  hex: string;
  type?: string;
  reqSigs?: number;
  addresses?: string[];
}

const { base58 } = knownNetwork("regtest");
const KEY = `21${"02".repeat(33)}`;

/** What the RPC says about an output script, with only the keys that it shows. */
function describeScript(script: Uint8Array): Omit<Row, "asm" | "hex"> {
  const { type, required, destinations } = destinationsOf(script);
  if (required === null) return { type };
  return { type, reqSigs: required, addresses: destinations.map((destination) => encodeAddress(destination, base58)) };
}

describe("scripts as the RPC shows them", () => {
  test("text, type, signatures and addresses are the daemon's", () => {
    const rows = readVectors<Row[]>("fluxd-rpc-scripts.json");
    expect(rows.length).toBe(308);
    for (const { asm, hex, ...view } of rows) {
      const output = view.type !== undefined;
      expect(scriptToAsm(fromHex(hex), !output)).toBe(asm);
      if (output) expect(describeScript(fromHex(hex))).toEqual(view as Omit<Row, "asm" | "hex">);
    }
  });

  test("short pushes print as numbers and a malformed push ends the text", () => {
    expect(scriptToAsm(parseScript("0 -1 1 16 17 -255 0x04 0xffffffff 0x05 0x0102030405"))).toBe(
      "0 -1 1 16 17 -255 -2147483647 0102030405",
    );
    expect(scriptToAsm(parseScript("0x0180 0x4c 0x00"))).toBe("0 0");
    expect(scriptToAsm(fromHex("760301"))).toBe("OP_DUP [error]");
    expect(scriptToAsm(fromHex("4dff"))).toBe("[error]");
    expect(scriptToAsm(fromHex("b1b250baff"))).toBe("OP_NOP2 OP_NOP3 OP_RESERVED OP_UNKNOWN OP_INVALIDOPCODE");
  });

  test("hash types are named in input scripts only, and not in data outputs", () => {
    const signature = "3006020101020101";
    expect(scriptToAsm(fromHex(`09${signature}83`), true)).toBe(`${signature}[SINGLE|ANYONECANPAY]`);
    expect(scriptToAsm(fromHex(`09${signature}83`))).toBe(`${signature}83`);
    expect(scriptToAsm(fromHex(`09${signature}04`), true)).toBe(`${signature}04`);
    expect(scriptToAsm(fromHex(`6a09${signature}01`), true)).toBe(`OP_RETURN ${signature}01`);
  });

  test("a multisig script with impossible numbers keeps its name but names nobody", () => {
    for (const text of [`2 0x${KEY} 1 CHECKMULTISIG`, `0 0x${KEY} 1 CHECKMULTISIG`, `1 0x${KEY} 2 CHECKMULTISIG`]) {
      expect(destinationsOf(parseScript(text))).toEqual({ type: "multisig", required: null, destinations: [] });
    }
    expect(destinationsOf(parseScript("1 0 CHECKMULTISIG")).type).toBe("multisig");
    expect(destinationsOf(parseScript(`1 0x${KEY} 1 CHECKMULTISIG NOP`)).type).toBe("nonstandard");
    expect(destinationsOf(parseScript(`17 0x${KEY} 1 CHECKMULTISIG`)).type).toBe("nonstandard");
  });

  test("keys of the wrong form are left out", () => {
    const bad = `21${"09".repeat(33)}`;
    expect(destinationsOf(parseScript(`0x${bad} CHECKSIG`))).toEqual({
      type: "pubkey",
      required: null,
      destinations: [],
    });
    const mixed = destinationsOf(parseScript(`1 0x${bad} 0x${KEY} 2 CHECKMULTISIG`));
    expect(mixed.required).toBe(1);
    expect(mixed.destinations.length).toBe(1);
  });

  test("forms are recognised whatever push they use, except P2SH", () => {
    const hash = "11".repeat(20);
    expect(destinationsOf(fromHex(`76a94c14${hash}88ac`)).type).toBe("pubkeyhash");
    expect(destinationsOf(fromHex(`a94c14${hash}87`)).type).toBe("nonstandard");
    expect(destinationsOf(fromHex(`4c${KEY}ac`)).type).toBe("pubkey");
  });

  test("data outputs hold one operation of at most 80 bytes", () => {
    for (const text of ["RETURN", "RETURN 0", "RETURN CHECKSIG", `RETURN 0x4c50${"00".repeat(80)}`]) {
      expect(destinationsOf(parseScript(text.replace("0x4c50", "0x4c 0x50 0x"))).type).toBe("nulldata");
    }
    for (const text of ["RETURN 1 1", `RETURN 0x4c 0x51 0x${"00".repeat(81)}`, "RETURN 0x05 0x01"]) {
      expect(destinationsOf(parseScript(text)).type).toBe("nonstandard");
    }
  });
});
