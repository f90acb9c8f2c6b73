import { describe, expect, test } from "bun:test";
import type { ChainReader } from "../../../../src/chain/index.ts";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import { branchIdAt } from "../../../../src/protocol/params/index.ts";
import {
  decodeBlock,
  decodeTransaction,
  encodeAddress,
  encodeWif,
  formatAmount,
  isCoinbase,
  makeTransaction,
  outPointKey,
  type Transaction,
  type TxOutput,
} from "../../../../src/protocol/primitives/index.ts";
import {
  classifyScript,
  evalScript,
  keyDestination,
  multisigScript,
  NO_SIGNATURES,
  payToPublicKey,
  scriptDestination,
  scriptForDestination,
  sighashTypeName,
} from "../../../../src/protocol/script/index.ts";
import type { JsonInput } from "../../../../src/server/rpc/index.ts";
import { blocksOf, keysOf, networkOf } from "../../../chain/recorded-set.ts";
import { call, failure, fakeContext, REGTEST } from "./fake-context.ts";

interface Signed {
  readonly hex: string;
  readonly complete: boolean;
  readonly errors?: readonly { txid: string; vout: number; scriptSig: string; sequence: number; error: string }[];
}

const NO_COINS: Partial<ChainReader> = { coin: () => undefined };
const KEYS = Object.values(keysOf("regtest-stock"));
const WIFS = KEYS.map(({ wif }) => wif);

function unsigned(tx: Transaction): string {
  return toHex(makeTransaction({ ...tx, inputs: tx.inputs.map((i) => ({ ...i, scriptSig: new Uint8Array(0) })) }).raw);
}

/** Signatures and other elements that an input script pushes. */
function pushed(scriptSig: Uint8Array): Uint8Array[] {
  const stack: Uint8Array[] = [];
  evalScript(stack, scriptSig, 0, NO_SIGNATURES);
  return stack;
}

/** How the inputs of a transaction were signed: the forms of what they spend and the one hash type; null for any other. */
function wayOf(tx: Transaction, spent: readonly TxOutput[]): { forms: string[]; hashType: string } | null {
  const forms: string[] = [];
  const types = new Set<number>();
  for (const [i, { scriptSig }] of tx.inputs.entries()) {
    let form: string = classifyScript((spent[i] as TxOutput).script).type;
    let elements = pushed(scriptSig);
    if (form === "pubkeyhash") elements = elements.slice(0, 1);
    if (form === "scripthash") {
      form += ` of ${classifyScript(elements.at(-1) as Uint8Array).type}`;
      elements = elements.slice(0, -1);
    }
    forms.push(form);
    for (const signature of elements) if (signature.length > 0) types.add(signature.at(-1) as number);
  }
  const hashType = types.size === 1 ? sighashTypeName([...types][0] as number) : undefined;
  return hashType === undefined || forms.includes("scripthash of nonstandard") ? null : { forms, hashType };
}

test("transactions of a recorded chain are signed to the byte as they were, whatever the form and the hash type", async () => {
  const params = networkOf("regtest-stock");
  const context = fakeContext(params, NO_COINS);
  const outputs = new Map<string, TxOutput>();
  const seen = new Set<string>();
  for (const [i, raw] of blocksOf("regtest-stock").entries()) {
    for (const tx of decodeBlock(raw).transactions) {
      for (const [index, output] of tx.outputs.entries()) outputs.set(outPointKey({ txid: tx.txid, index }), output);
      if (isCoinbase(tx) || tx.fluxnode || tx.inputs.length === 0) continue;
      const spent = tx.inputs.map(({ prevout }) => outputs.get(outPointKey(prevout)) as TxOutput);
      const way = wayOf(tx, spent);
      if (!way) continue;
      const previous = tx.inputs.map(({ prevout, scriptSig }, n) => ({
        txid: toDisplayHash(prevout.txid),
        vout: prevout.index,
        scriptPubKey: toHex((spent[n] as TxOutput).script),
        redeemScript: toHex(pushed(scriptSig).at(-1) as Uint8Array),
        amount: formatAmount((spent[n] as TxOutput).value),
      }));
      const branchId = branchIdAt(params, i + 1).toString(16);
      const answer = await call(
        context,
        "signrawtransaction",
        unsigned(tx),
        previous as unknown as JsonInput,
        WIFS,
        way.hashType,
        branchId,
      );
      expect(answer).toEqual({ hex: toHex(tx.raw), complete: true });
      for (const form of way.forms) seen.add(form);
      seen.add(way.hashType);
    }
  }
  expect([...seen].sort()).toEqual(
    [
      ...["ALL", "NONE", "SINGLE"].flatMap((name) => [name, `${name}|ANYONECANPAY`]),
      ...["multisig", "pubkey", "pubkeyhash", "scripthash of multisig"],
    ].sort(),
  );
});

const TXID = "11".repeat(32);
const [FIRST, SECOND] = ["01", "02"].map((byte) => fromHex(byte.repeat(32))) as [Uint8Array, Uint8Array];
const [FIRST_WIF, SECOND_WIF] = [FIRST, SECOND].map((secret) =>
  encodeWif({ secret, compressed: true }, REGTEST.base58),
) as [string, string];
const [FIRST_KEY, SECOND_KEY] = [FIRST, SECOND].map((secret) => publicKeyCreate(secret, true)) as [
  Uint8Array,
  Uint8Array,
];
const REDEEM = multisigScript(2, [FIRST_KEY, SECOND_KEY]);
const SHARED = toHex(scriptForDestination(scriptDestination(REDEEM)));
const OWN = toHex(scriptForDestination(keyDestination(FIRST_KEY)));
const ADDRESS = encodeAddress(keyDestination(FIRST_KEY), REGTEST.base58);

async function raw(inputs = 1): Promise<string> {
  const spent = Array.from({ length: inputs }, (_, vout) => ({ txid: TXID, vout }));
  return (await call(fakeContext(REGTEST), "createrawtransaction", spent, { [ADDRESS]: 1 })) as string;
}

const told = (scriptPubKey: string, more: Record<string, JsonInput> = {}) => ({
  txid: TXID,
  vout: 0,
  scriptPubKey,
  amount: 1,
  ...more,
});

function sign(...params: JsonInput[]): Promise<Signed> {
  return call(fakeContext(REGTEST, NO_COINS), "signrawtransaction", ...params) as Promise<Signed>;
}

describe("signatures of several people", () => {
  const shared = told(SHARED, { redeemScript: toHex(REDEEM) });

  test("are merged, in whatever order they come", async () => {
    const hex = await raw();
    const halves = [];
    for (const key of [FIRST_WIF, SECOND_WIF]) {
      const half = await sign(hex, [shared], [key]);
      expect(half.complete).toBe(false);
      expect(half.errors?.map(({ error }) => error)).toEqual(["Operation not valid with the current stack size"]);
      halves.push(half.hex);
    }
    const whole = await sign(hex, [shared], [FIRST_WIF, SECOND_WIF]);
    expect(whole.complete).toBe(true);
    expect(await sign(halves.join(""), [shared], [])).toEqual(whole);
    expect(await sign(halves.toReversed().join(""), [shared], [])).toEqual(whole);
    expect(await sign(halves[0] as string, [shared], [SECOND_WIF])).toEqual(whole);
  });

  test("do not come from keys that the script does not name", async () => {
    const { complete, errors } = await sign(
      await raw(),
      [shared],
      [encodeWif({ secret: fromHex("03".repeat(32)), compressed: true }, REGTEST.base58)],
    );
    expect([complete, errors?.length]).toEqual([false, 1]);
  });
});

describe("what cannot be signed is named", () => {
  test("an input that is not known", async () => {
    const hex = await raw(2);
    const { complete, errors, hex: after } = await sign(hex, [told(OWN)], [FIRST_WIF]);
    expect([complete, decodeTransaction(fromHex(after)).inputs[1]?.scriptSig.length]).toEqual([false, 0]);
    expect(errors).toEqual([
      { txid: TXID, vout: 1, scriptSig: "", sequence: 0xffffffff, error: "Input not found or already spent" },
    ]);
  });

  test("SINGLE without an output of the same number", async () => {
    const { complete, errors } = await sign(await raw(2), [told(OWN), told(OWN, { vout: 1 })], [FIRST_WIF], "SINGLE");
    expect([complete, errors?.map(({ vout }) => vout)]).toEqual([false, [1]]);
  });

  test("without keys nothing is signed and everything is told", async () => {
    expect((await sign(await raw(), [told(OWN)])).complete).toBe(false);
    expect((await sign(await raw(), null, null, null, null)).errors?.[0]?.error).toBe(
      "Input not found or already spent",
    );
  });
});

test("outputs of the chain need not be told, but must not be told wrongly", async () => {
  const coin = { value: 100_000_000n, script: fromHex(OWN), height: 1, coinbase: false };
  const context = fakeContext(REGTEST, { coin: ({ index }) => (index === 0 ? coin : undefined) });
  const hex = await raw();
  expect(await call(context, "signrawtransaction", hex, null, [FIRST_WIF])).toEqual(
    await sign(hex, [told(OWN)], [FIRST_WIF]),
  );
  const other = toHex(payToPublicKey(FIRST_KEY));
  expect(await failure(context, "signrawtransaction", hex, [told(other)], [FIRST_WIF])).toEqual([
    -22,
    expect.stringMatching(/^Previous output scriptPubKey mismatch:\nOP_DUP .*\nvs:\n[0-9a-f]{66} OP_CHECKSIG$/),
  ]);
});

test("the Sapling form signs for amounts and branches", async () => {
  const context = fakeContext({ ...REGTEST, heights: { ...REGTEST.heights, acadia: 10 } }, NO_COINS);
  const spent = [{ txid: TXID, vout: 0 }];
  const hex = (await call(context, "createrawtransaction", spent, { [ADDRESS]: 1 })) as string;
  const signed = async (amount: number, ...more: JsonInput[]) => {
    const params = [hex, [told(OWN, { amount })], [FIRST_WIF], ...more];
    const answer = (await call(context, "signrawtransaction", ...params)) as Signed;
    expect(answer.complete).toBe(true);
    return answer.hex;
  };
  const usual = await signed(1);
  expect(await signed(2)).not.toBe(usual);
  expect(await signed(1, "ALL", "76b809bb")).not.toBe(await signed(1, "ALL", "0"));
  expect(await signed(1, "ALL", " 0x76B809BBxyz")).toBe(await signed(1, "ALL", "76b809bb"));
});

test("a transaction with many inputs leaves time for others", async () => {
  const many = Array.from({ length: 100 }, (_, vout) => told(OWN, { vout }));
  let ended = false;
  const signing = sign(await raw(many.length), many, [FIRST_WIF]).then(({ complete }) => {
    ended = true;
    return complete;
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(ended).toBe(false);
  expect(await signing).toBe(true);
});

test("what is wrong with the parameters is told in the daemon's words", async () => {
  const hex = await raw();
  const cases: [JsonInput[], number, string][] = [
    [[5], -3, "Expected type string, got number"],
    [["zz"], -8, "argument 1 must be hexadecimal string (not 'zz')"],
    [[""], -8, "argument 1 must be hexadecimal string (not '')"],
    [["0100"], -22, "TX decode failed"],
    [[`${hex}00`], -22, "TX decode failed"],
    [[hex, {}], -3, "Expected type array, got object"],
    [[hex, [5]], -22, 'expected object with {"txid\'","vout","scriptPubKey"}'],
    [[hex, [{}]], -3, "Missing scriptPubKey"],
    [[hex, [{ scriptPubKey: 5 }]], -3, "Expected type string for scriptPubKey, got number"],
    [[hex, [{ scriptPubKey: OWN, txid: TXID }]], -3, "Missing vout"],
    [[hex, [{ scriptPubKey: OWN, txid: TXID, vout: "0" }]], -3, "Expected type number for vout, got string"],
    [[hex, [told(OWN, { txid: "xy" })]], -8, "txid must be hexadecimal string (not 'xy')"],
    [[hex, [told(OWN, { vout: -1 })]], -22, "vout must be positive"],
    [[hex, [told("x")]], -8, "scriptPubKey must be hexadecimal string (not 'x')"],
    [[hex, [told(OWN, { amount: -1 })]], -3, "Amount out of range"],
    [[hex, [told(OWN, { amount: "x" })]], -3, "Invalid amount"],
    [[hex, [told(OWN, { amount: true })]], -3, "Amount is not a number or string"],
    [[hex, [told(SHARED)], [FIRST_WIF]], -3, "Missing redeemScript"],
    [
      [hex, [told(SHARED, { redeemScript: "x" })], [FIRST_WIF]],
      -8,
      "redeemScript must be hexadecimal string (not 'x')",
    ],
    [[hex, null, "x"], -3, "Expected type array, got string"],
    [[hex, null, [5]], -1, "JSON value is not a string as expected"],
    [[hex, null, ["x"]], -5, "Invalid private key"],
    [[hex, null, null, 1], -3, "Expected type string, got number"],
    [[hex, null, null, "all"], -8, "Invalid sighash param"],
    [[hex, null, null, "ALL", 1], -3, "Expected type string, got number"],
    [[hex, null, null, "ALL", "1234"], -1, "1234 is not a valid consensus branch id"],
  ];
  for (const [params, code, message] of cases) {
    expect([params, ...(await failure(fakeContext(REGTEST, NO_COINS), "signrawtransaction", ...params))]).toEqual([
      params,
      code,
      message,
    ]);
  }
});
