import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { nativeAddon } from "../../../../src/platform/native/index.ts";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  ecdsaSignReference,
  ecdsaVerifyReference,
  publicKeyCreateReference,
} from "../../../../src/protocol/crypto/index.ts";
import { packSignatures, type SignatureEntry, type SignedTransaction } from "./signature-buffer.ts";

const addon = nativeAddon();
if (!addon) throw new Error("these tests are about the addon: unset FLUXNODE_NATIVE");

const BRANCH = 0x76b809bb;
const SCRIPT = fromHex("76a914111111111111111111111111111111111111111188ac");

type ZipRow = [string, string, number, number, number, number, string];

function zipVectors(name: string): ZipRow[] {
  const path = join(import.meta.dir, "../../../vectors/script", name);
  return (JSON.parse(readFileSync(path, "utf8")) as unknown[]).slice(2) as ZipRow[];
}

function secretKey(n: number): Uint8Array {
  const key = new Uint8Array(32).fill(7);
  key[31] = n & 0xff;
  key[30] = n >> 8;
  return key;
}

function digestEntry(n: number, compressed = true): SignatureEntry {
  const digest = new Uint8Array(32).fill(n + 1);
  const key = secretKey(n % 5);
  return { digest, der: ecdsaSignReference(digest, key), key: publicKeyCreateReference(key, compressed) };
}

const EMPTY_SCRIPT = "00";
const ONE_OPCODE = "0151";

/** A non-overwintered transaction with `inputs` inputs and `outputs` outputs. */
function legacyTransaction(version: number, inputs: number, outputs: number): Uint8Array {
  const input = (i: number) => `${String(10 + i).repeat(32)}0${i}000000${EMPTY_SCRIPT}feffffff`;
  const output = (i: number) => `${10 + i}00000000000000${ONE_OPCODE}`;
  const list = (count: number, item: (i: number) => string) => {
    return `0${count}${Array.from({ length: count }, (_, i) => item(i)).join("")}`;
  };
  const joinSplits = version >= 2 ? "00" : "";
  return fromHex(`0${version}000000${list(inputs, input)}${list(outputs, output)}05000000${joinSplits}`);
}

function signedInput(
  transactions: SignedTransaction[],
  input: { transaction: number; index: number; amount: bigint; scriptCode: Uint8Array },
  hashType: number,
): SignatureEntry {
  const { raw, branchId } = transactions[input.transaction] as SignedTransaction;
  const digest = addon?.signatureHash(raw, branchId, input.index, input.scriptCode, input.amount, hashType);
  if (!digest) throw new Error("there is no such signature hash");
  const key = secretKey(3);
  return { input, hashType, der: ecdsaSignReference(digest, key), key: publicKeyCreateReference(key, true) };
}

describe("signatureHash", () => {
  test.each(["zip_0143.json", "zip_0243.json"])("%s", (name) => {
    const rows = zipVectors(name);
    expect(rows).toHaveLength(10);
    for (const [raw, script, index, hashType, amount, branchId, expected] of rows) {
      const digest = addon.signatureHash(fromHex(raw), branchId, index, fromHex(script), BigInt(amount), hashType);
      expect(digest && toHex(digest)).toBe(expected);
    }
  });

  test("the example of transactions.md section 6.3", () => {
    const raw = fromHex(
      "0400008085202f8901000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0100000000ffffffff0100e1f505000000001976a914000000000000000000000000000000000000000088ac00000000200b20000000000000000000000000",
    );
    expect(toHex(addon.signatureHash(raw, BRANCH, 0, SCRIPT, 100010000n, 1) as Uint8Array)).toBe(
      "e97f37f71cbecf24262dc3bbf3b8151588ab060e1f00759d0f8f8c9d3f36ad7d",
    );
  });

  test("there is none for a missing input or a legacy SINGLE without its output", () => {
    const raw = legacyTransaction(1, 2, 1);
    expect(addon.signatureHash(raw, 0, 2, SCRIPT, 0n, 1)).toBeNull();
    expect(addon.signatureHash(raw, 0, -2, SCRIPT, 0n, 1)).toBeNull();
    expect(addon.signatureHash(raw, 0, 0, SCRIPT, 0n, 3)).toHaveLength(32);
    expect(addon.signatureHash(raw, 0, 1, SCRIPT, 0n, 3)).toBeNull();
    expect(addon.signatureHash(raw, 0, 1, SCRIPT, 0n, 0x83)).toBeNull();
    expect(addon.signatureHash(raw, 0, -1, SCRIPT, 0n, 0x81)).toBeNull();
  });

  test("refuses everything that is not one transaction in the common layout", () => {
    const raw = legacyTransaction(2, 2, 2);
    expect(addon.signatureHash(raw, 0, 0, SCRIPT, 0n, 1)).toHaveLength(32);
    for (let length = 0; length < raw.length; length++) {
      expect(() => addon.signatureHash(raw.slice(0, length), 0, 0, SCRIPT, 0n, 1)).toThrow(RangeError);
    }
    expect(() => addon.signatureHash(fromHex(`${toHex(raw)}00`), 0, 0, SCRIPT, 0n, 1)).toThrow(RangeError);
    const fluxnode = raw.slice();
    fluxnode[0] = 5;
    expect(() => addon.signatureHash(fluxnode, 0, 0, SCRIPT, 0n, 1)).toThrow(RangeError);
    expect(() => addon.signatureHash(raw, 0, 0, SCRIPT, 1n << 63n, 1)).toThrow(RangeError);
    // A count written with more bytes than it needs.
    expect(() => addon.signatureHash(fromHex("01000000fd010000"), 0, 0, SCRIPT, 0n, 1)).toThrow(RangeError);
    // A count of inputs that the bytes cannot hold.
    expect(() => addon.signatureHash(fromHex("01000000feffffff01"), 0, 0, SCRIPT, 0n, 1)).toThrow(RangeError);
  });
});

describe("verifySignatures", () => {
  test("nothing to verify is valid", async () => {
    expect(await addon.verifySignatures(packSignatures([], []))).toBe(-1);
  });

  test.each([1, 7, 8, 9, 64, 65, 200])("%i signatures, valid and with one wrong", async (count) => {
    const entries = Array.from({ length: count }, (_, n) => digestEntry(n % 20, n % 3 === 0));
    expect(await addon.verifySignatures(packSignatures([], entries))).toBe(-1);
    for (const wrong of new Set([0, count >> 1, count - 1])) {
      const changed = entries.map((entry, n) => (n === wrong ? { ...entry, digest: new Uint8Array(32) } : entry));
      expect(await addon.verifySignatures(packSignatures([], changed))).toBe(wrong);
    }
  });

  test("reports the first of several invalid entries", async () => {
    const entries = Array.from({ length: 150 }, (_, n) => digestEntry(n % 20));
    for (const n of [149, 77, 76, 140]) entries[n] = { ...(entries[n] as SignatureEntry), digest: new Uint8Array(32) };
    expect(await addon.verifySignatures(packSignatures([], entries))).toBe(76);
  });

  test("each kind of bad entry is invalid, not an error", async () => {
    const good = digestEntry(1);
    const bad: Partial<SignatureEntry>[] = [
      { der: new Uint8Array(0) },
      { key: new Uint8Array(0) },
      { key: good.key.slice(1) },
      { key: new Uint8Array(33).fill(2) },
      { key: new Uint8Array(255) },
      { der: new Uint8Array(255).fill(0x30) },
      { der: fromHex("3006020101020100") },
      { der: fromHex("3006020100020101") },
    ];
    for (const change of bad) {
      const entries = [good, good, { ...good, ...change }, good];
      expect(await addon.verifySignatures(packSignatures([], entries))).toBe(2);
    }
  });

  test("agrees with the reference on changed signatures", async () => {
    const change = fc.record({ field: fc.constantFrom("digest", "der", "key" as const), at: fc.nat(), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(change, { freq: 4, nil: null }), { minLength: 1, maxLength: 20 }),
        async (changes) => {
          const entries = changes.map((item, n) => {
            const entry = digestEntry(n);
            if (!item) return entry;
            const bytes = (entry[item.field as "digest" | "der" | "key"] as Uint8Array).slice();
            bytes[item.at % bytes.length] = (bytes[item.at % bytes.length] as number) ^ (1 << item.bit);
            return { ...entry, [item.field]: bytes };
          });
          const first = entries.findIndex((e) => !ecdsaVerifyReference(e.digest as Uint8Array, e.der, e.key));
          expect(await addon.verifySignatures(packSignatures([], entries))).toBe(first);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("finds the signature hashes of transactions of every version", async () => {
    const transactions: SignedTransaction[] = [
      { branchId: 0, raw: legacyTransaction(1, 3, 2) },
      { branchId: 0, raw: legacyTransaction(2, 3, 2) },
      { branchId: 0, raw: legacyTransaction(7, 3, 2) },
      ...[...zipVectors("zip_0143.json"), ...zipVectors("zip_0243.json")]
        .filter((row) => row[2] >= 0)
        .map((row) => ({ branchId: row[5], raw: fromHex(row[0]) })),
    ];
    expect(transactions.length).toBeGreaterThan(8);
    const entries = transactions.flatMap((_, transaction) => {
      return [1, 2, 0x81, 0x82, 0, 0x41, 0xff].map((hashType) => {
        return signedInput(transactions, { transaction, index: 0, amount: 5n, scriptCode: SCRIPT }, hashType);
      });
    });
    expect(await addon.verifySignatures(packSignatures(transactions, entries))).toBe(-1);

    // Each entry signs exactly its own input, hash type and script.
    for (const n of [0, 20, entries.length - 1]) {
      const entry = entries[n] as SignatureEntry;
      const input = entry.input as NonNullable<SignatureEntry["input"]>;
      const other = [
        { ...entry, hashType: (entry.hashType as number) ^ 4 },
        { ...entry, input: { ...input, scriptCode: SCRIPT.slice(1) } },
      ];
      for (const changed of other) {
        expect(await addon.verifySignatures(packSignatures(transactions, entries.with(n, changed)))).toBe(n);
      }
    }
  });

  test("a legacy SINGLE without its output is an invalid entry", async () => {
    const transactions = [{ branchId: 0, raw: legacyTransaction(1, 3, 2) }];
    const scriptCode = SCRIPT;
    const entries = [0, 1].map((index) =>
      signedInput(transactions, { transaction: 0, index, amount: 0n, scriptCode }, 3),
    );
    const input = { transaction: 0, index: 2, amount: 0n, scriptCode };
    entries.push({ ...(entries[0] as SignatureEntry), input }, digestEntry(1));
    expect(await addon.verifySignatures(packSignatures(transactions, entries))).toBe(2);
  });

  test("the caller may reuse the buffer at once", async () => {
    const packed = packSignatures(
      [],
      Array.from({ length: 100 }, (_, n) => digestEntry(n % 20)),
    );
    const pending = addon.verifySignatures(packed);
    packed.fill(0);
    expect(await pending).toBe(-1);
  });

  test("many calls at once", async () => {
    const good = packSignatures(
      [],
      Array.from({ length: 40 }, (_, n) => digestEntry(n % 20)),
    );
    const bad = packSignatures([], [digestEntry(1), { ...digestEntry(2), digest: new Uint8Array(32) }]);
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => addon.verifySignatures(n % 3 ? good : bad)));
    expect(results).toEqual(Array.from({ length: 30 }, (_, n) => (n % 3 ? -1 : 1)));
  });
});

describe("verifySignatures refuses malformed buffers", () => {
  const transactions = [{ branchId: BRANCH, raw: legacyTransaction(1, 2, 2) }];
  const input = { transaction: 0, index: 1, amount: 1n, scriptCode: SCRIPT };
  const packed = packSignatures(transactions, [signedInput(transactions, input, 1), digestEntry(3)]);

  async function outcome(bytes: Uint8Array): Promise<unknown> {
    return addon?.verifySignatures(bytes).catch((error: unknown) => error);
  }

  test("cut short anywhere, or continued", async () => {
    expect(await outcome(packed)).toBe(-1);
    for (let length = 0; length < packed.length; length++) {
      expect(await outcome(packed.slice(0, length))).toBeInstanceOf(RangeError);
    }
    expect(await outcome(Uint8Array.of(...packed, 0))).toBeInstanceOf(RangeError);
  });

  test("counts and lengths beyond the end", async () => {
    for (const at of [0, 8, 4 + 8 + (transactions[0] as SignedTransaction).raw.length]) {
      for (const value of [0x7fffffff, 0xffffffff, packed.length]) {
        const changed = packed.slice();
        new DataView(changed.buffer).setUint32(at, value, true);
        expect(await outcome(changed)).toBeInstanceOf(RangeError);
      }
    }
  });

  test("transactions and inputs that do not exist, fluxnode transactions", async () => {
    const entry = signedInput(transactions, input, 1);
    for (const wrong of [
      { ...input, transaction: 1 },
      { ...input, index: 2 },
      { ...input, index: 0xffffffff },
    ]) {
      expect(await outcome(packSignatures(transactions, [{ ...entry, input: wrong }]))).toBeInstanceOf(RangeError);
    }
    const fluxnode = fromHex("0500000002");
    expect(await outcome(packSignatures([{ branchId: 0, raw: fluxnode }], []))).toBeInstanceOf(RangeError);
  });

  test("random damage gives a verdict or a RangeError", async () => {
    const damage = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = packed.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const result = await outcome(damaged);
        expect(result === -1 || result === 0 || result === 1 || result instanceof RangeError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("what is no Uint8Array is a TypeError", () => {
    for (const value of [undefined, "00", [0], new Uint32Array(4)]) {
      expect(() => addon.verifySignatures(value as unknown as Uint8Array)).toThrow(TypeError);
    }
  });
});
