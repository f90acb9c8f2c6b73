import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction } from "../../../../src/protocol/primitives/index.ts";
import {
  addressOf,
  CONSENSUS_FLAGS,
  checkInput,
  classifyScript,
  countSigops,
  destinationsOf,
  evalScript,
  isPushOnly,
  NO_SIGNATURES,
  Op,
  opcodeName,
  ScriptBuilder,
  ScriptFlag,
  SignatureBatch,
  STANDARD_FLAGS,
  scriptErrorText,
  scriptToAsm,
  TransactionSignatureChecker,
  verifyScript,
} from "../../../../src/protocol/script/index.ts";
import { knownNetwork } from "./networks.ts";
import { spendingTransaction } from "./plain-transaction.ts";
import { parseScript } from "./script-text.ts";
import { readVectors } from "./vectors.ts";

const { base58 } = knownNetwork("main");

function run(text: string, flags = 0) {
  return evalScript([], parseScript(text), flags, NO_SIGNATURES);
}

const vectors = readVectors<string[][]>("script_valid.json").filter((row) => row.length >= 3);

/** Scripts made of whole operations, so that they get further than random bytes. */
const operations = fc
  .array(fc.oneof(fc.nat(255), fc.constantFrom(...Object.values(Op)), fc.uint8Array({ maxLength: 80 })), {
    maxLength: 60,
  })
  .map((parts) => {
    const builder = new ScriptBuilder();
    for (const part of parts) typeof part === "number" ? builder.op(part) : builder.data(part);
    return builder.finish();
  });

const mutated = fc
  .tuple(
    fc.constantFrom(...vectors.map((row) => parseScript(row[1] as string))),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
  )
  .map(([script, edits]) => {
    const copy = script.slice();
    for (const [at, byte] of edits) if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });

const anyScript = fc.oneof(fc.uint8Array({ maxLength: 200 }), operations, mutated);
const anyFlags = fc.constantFrom(0, CONSENSUS_FLAGS, STANDARD_FLAGS, ScriptFlag.MINIMALDATA, ScriptFlag.SIGPUSHONLY);

describe("any script", () => {
  test("runs to an answer", () => {
    fc.assert(
      fc.property(anyScript, anyScript, anyFlags, (scriptSig, scriptPubKey, flags) => {
        const tx = spendingTransaction(scriptSig, scriptPubKey);
        const error = verifyScript(scriptSig, scriptPubKey, flags, new TransactionSignatureChecker(tx, 0, 0n, 0));
        if (error !== null) expect(scriptErrorText(error).length).toBeGreaterThan(0);
        const coin = { value: 0n, script: scriptPubKey };
        const check = { tx, inputIndex: 0, coin, branchId: 0, flags };
        const batch = new SignatureBatch();
        const batched = checkInput({ ...check, batch });
        if (batch.size === 0) expect(batched).toBe(error);
        else expect(batch.verifyReference() === -1).toBe(error === null);
      }),
      { numRuns: 1000 },
    );
  });

  test("can be printed, counted and classified", () => {
    fc.assert(
      fc.property(anyScript, (script) => {
        scriptToAsm(script, true);
        expect(countSigops(script, true)).toBeLessThanOrEqual(countSigops(script, false));
        const { type } = classifyScript(script);
        expect(destinationsOf(script).type).toBe(type);
        if (type === "pubkeyhash" || type === "scripthash") expect(addressOf(script, base58)).not.toBeNull();
        expect(isPushOnly(script)).toBe(!/\[error\]/.test(scriptToAsm(script)) && !hasOtherOperation(script));
      }),
      { numRuns: 500 },
    );
  });
});

/** True if an operation above OP_16 stands before any malformed push: read off the text. */
function hasOtherOperation(script: Uint8Array): boolean {
  return scriptToAsm(script)
    .split(" ")
    .some((word) => word.startsWith("OP_") && word !== opcodeName(Op.RESERVED));
}

describe("limits", () => {
  const nops = (count: number) => new Array(count).fill("NOP").join(" ");

  test("201 operations run, one more does not, pushes and OP_RESERVED are free", () => {
    expect(run(nops(201))).toBeNull();
    expect(run(nops(202))).toBe("OP_COUNT");
    expect(run(`${nops(201)} 1 2 0`)).toBeNull();
    expect(run(`0 IF ${nops(199)} RESERVED ENDIF`)).toBeNull();
  });

  test("a script has at most 10,000 bytes and an element 520", () => {
    const element = new ScriptBuilder().data(new Uint8Array(520)).finish();
    expect(evalScript([], element, 0, NO_SIGNATURES)).toBeNull();
    const longer = new ScriptBuilder().data(new Uint8Array(521)).finish();
    expect(evalScript([], longer, 0, NO_SIGNATURES)).toBe("PUSH_SIZE");
    const skipped = new ScriptBuilder().raw(parseScript("0 IF")).raw(longer).raw(parseScript("ENDIF")).finish();
    expect(evalScript([], skipped, 0, NO_SIGNATURES)).toBe("PUSH_SIZE");
    const pushes = (size: number) => new Uint8Array(size).fill(0x60);
    expect(evalScript([], pushes(10_001), 0, NO_SIGNATURES)).toBe("SCRIPT_SIZE");
    expect(evalScript([], pushes(10_000), 0, NO_SIGNATURES)).toBe("STACK_SIZE");
  });

  test("both stacks together hold 1000 elements", () => {
    const ones = (count: number) => new Array(count).fill("1").join(" ");
    expect(run(ones(1000))).toBeNull();
    expect(run(ones(1001))).toBe("STACK_SIZE");
    expect(run(`1 TOALTSTACK ${ones(999)}`)).toBeNull();
    expect(run(`1 TOALTSTACK ${ones(1000)}`)).toBe("STACK_SIZE");
  });
});

describe("errors", () => {
  test("are the reference's own for each mistake", () => {
    const known: [string, string | null, number?][] = [
      ["0 IF CAT ENDIF", "DISABLED_OPCODE"],
      ["0 IF CODESEPARATOR ENDIF", "DISABLED_OPCODE"],
      ["0 IF VERIF ENDIF", "BAD_OPCODE"],
      ["0 IF VER RESERVED RETURN 0xba ENDIF", null],
      ["VER", "BAD_OPCODE"],
      ["RETURN", "OP_RETURN"],
      ["IF", "UNBALANCED_CONDITIONAL"],
      ["1 IF", "UNBALANCED_CONDITIONAL"],
      ["ELSE", "UNBALANCED_CONDITIONAL"],
      ["ENDIF", "UNBALANCED_CONDITIONAL"],
      ["0 IF 0x05 0x01", "BAD_OPCODE"],
      ["FROMALTSTACK", "INVALID_ALTSTACK_OPERATION"],
      ["0x05 0x0000000000 1ADD", "NUMBER"],
      ["0x02 0x0100 1ADD", "NUMBER", ScriptFlag.MINIMALDATA],
      ["0x01 0x05", "MINIMALDATA", ScriptFlag.MINIMALDATA],
      ["0 IF 0x01 0x05 ENDIF", null, ScriptFlag.MINIMALDATA],
      ["0 VERIFY", "VERIFY"],
      ["1 2 EQUALVERIFY", "EQUALVERIFY"],
      ["1 2 NUMEQUALVERIFY", "NUMEQUALVERIFY"],
      ["0 0 CHECKSIGVERIFY", "CHECKSIGVERIFY"],
      ["0 0 1 0 1 CHECKMULTISIGVERIFY", "CHECKMULTISIGVERIFY"],
      ["0 0 21 CHECKMULTISIG", "PUBKEY_COUNT"],
      ["0 0 -1 CHECKMULTISIG", "PUBKEY_COUNT"],
      ["0 2 0 1 CHECKMULTISIG", "SIG_COUNT"],
      ["1 0 0 CHECKMULTISIG", "SIG_NULLDUMMY", ScriptFlag.NULLDUMMY],
      ["0 0 CHECKMULTISIG", "INVALID_STACK_OPERATION"],
      ["1 1 1 1 CHECKMULTISIG", "INVALID_STACK_OPERATION"],
      ["1 0 CHECKSIG", "SIG_DER"],
      ["NOP1", "DISCOURAGE_UPGRADABLE_NOPS", ScriptFlag.DISCOURAGE_UPGRADABLE_NOPS],
      ["NOP2", "DISCOURAGE_UPGRADABLE_NOPS", ScriptFlag.DISCOURAGE_UPGRADABLE_NOPS],
      ["CHECKLOCKTIMEVERIFY", "INVALID_STACK_OPERATION", ScriptFlag.CHECKLOCKTIMEVERIFY],
      ["-1 CHECKLOCKTIMEVERIFY", "NEGATIVE_LOCKTIME", ScriptFlag.CHECKLOCKTIMEVERIFY],
      ["1 CHECKLOCKTIMEVERIFY", "UNSATISFIED_LOCKTIME", ScriptFlag.CHECKLOCKTIMEVERIFY],
      ["0x06 0x000000000000 CHECKLOCKTIMEVERIFY", "NUMBER", ScriptFlag.CHECKLOCKTIMEVERIFY],
      ["0 PICK", "INVALID_STACK_OPERATION"],
      ["1 1 PICK", "INVALID_STACK_OPERATION"],
    ];
    for (const [text, error, flags] of known) expect([text, run(text, flags) as string | null]).toEqual([text, error]);
  });

  test("without a text of their own print as unknown", () => {
    for (const error of ["NUMBER", "SIG_HIGH_S", "CLEANSTACK"] as const) {
      expect(scriptErrorText(error)).toBe("unknown error");
    }
  });
});

describe("stack operations", () => {
  test("leave these stacks", () => {
    const known: [string, string][] = [
      ["1 2 3 4 5 6 2ROT", "3 4 5 6 1 2"],
      ["1 2 3 4 2SWAP", "3 4 1 2"],
      ["1 2 3 4 2OVER", "1 2 3 4 1 2"],
      ["1 2 3 ROT", "2 3 1"],
      ["1 2 TUCK", "2 1 2"],
      ["1 2 NIP", "2"],
      ["1 2 OVER", "1 2 1"],
      ["1 2 3 2 PICK", "1 2 3 1"],
      ["1 2 3 2 ROLL", "2 3 1"],
      ["1 2 3 3DUP", "1 2 3 1 2 3"],
      ["0 IFDUP 1 IFDUP", "0 1 1"],
      ["7 8 DEPTH", "7 8 2"],
      ["'abc' SIZE", "'abc' 3"],
      ["4 3 5 WITHIN 5 3 5 WITHIN", "1 0"],
      ["-5 ABS -5 NEGATE 3 5 MIN 3 5 MAX", "5 5 3 5"],
      ["2147483647 DUP ADD", "4294967294"],
    ];
    for (const [text, expected] of known) {
      const stack: Uint8Array[] = [];
      const wanted: Uint8Array[] = [];
      const error = evalScript(stack, parseScript(text), 0, NO_SIGNATURES);
      expect(evalScript(wanted, parseScript(expected), 0, NO_SIGNATURES)).toBe(error);
      expect(stack).toEqual(wanted);
    }
  });
});

test("OP_CHECKLOCKTIMEVERIFY compares like with like and needs an input that is not final", () => {
  const raw = (lockTime: string, sequence: string) =>
    decodeTransaction(fromHex(`0100000001${"11".repeat(32)}0000000000${sequence}0100000000000000000151${lockTime}`));
  const check = (lockTime: string, sequence: string, text: string) => {
    const checker = new TransactionSignatureChecker(raw(lockTime, sequence), 0, 0n, 0);
    return evalScript([], parseScript(`${text} CHECKLOCKTIMEVERIFY`), CONSENSUS_FLAGS, checker);
  };
  const height = "64000000";
  const time = "0065cd1d";
  expect(check(height, "00000000", "100")).toBeNull();
  expect(check(height, "00000000", "101")).toBe("UNSATISFIED_LOCKTIME");
  expect(check(height, "ffffffff", "100")).toBe("UNSATISFIED_LOCKTIME");
  expect(check(height, "00000000", "500000000")).toBe("UNSATISFIED_LOCKTIME");
  expect(check(time, "00000000", "499999999")).toBe("UNSATISFIED_LOCKTIME");
  expect(check(time, "00000000", "500000000")).toBeNull();
  expect(check("ffffffff", "00000000", "4294967295")).toBeNull();
});
