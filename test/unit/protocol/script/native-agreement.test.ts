import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nativeAddon } from "../../../../src/platform/native/index.ts";
import { ecdsaSign, publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import { decodeTransaction, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import { SignatureBatch, signatureHash } from "../../../../src/protocol/script/index.ts";
import { anyTransaction } from "./arbitrary-transactions.ts";

const addon = nativeAddon();
const EMPTY = new Uint8Array(0);
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => {
  bytes[0] = 1;
  return bytes;
});
const amount = fc.bigInt({ min: 0n, max: 44_000_000_000_000_000n });
const branchId = fc.constantFrom(0, 0x5ba81b19, 0x76b809bb, 0x74736554);
const scriptCode = fc.uint8Array({ maxLength: 60 });
const usualType = fc.constantFrom(1, 2, 3, 0x81, 0x82, 0x83);

test("random transactions decode to themselves", () => {
  fc.assert(
    fc.property(anyTransaction, (tx) => {
      expect(decodeTransaction(tx.raw)).toEqual(tx);
    }),
  );
});

// FLUXNODE_NATIVE=off leaves nothing to compare with.
describe.skipIf(!addon)("native code", () => {
  test("gives the same signature hash for any transaction, input and hash type", () => {
    const cases = { inputIndex: fc.integer({ min: -1, max: 5 }), scriptCode, amount, branchId };
    const hashType = fc.oneof(usualType, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(anyTransaction, fc.record(cases), hashType, (tx, request, type) => {
        const { inputIndex } = request;
        const typeOfCase = inputIndex < 0 ? 1 : type;
        const ours = signatureHash({
          ...request,
          tx,
          hashType: typeOfCase,
          inputIndex: inputIndex < 0 ? null : inputIndex,
        });
        const native = addon?.signatureHash(
          tx.raw,
          request.branchId,
          inputIndex,
          request.scriptCode,
          request.amount,
          typeOfCase,
        );
        expect(native ?? null).toEqual(ours);
      }),
      { numRuns: 400 },
    );
  });

  interface Entry {
    tx: Transaction;
    inputIndex: number;
    amount: bigint;
    scriptCode: Uint8Array;
    hashType: number;
    secret: Uint8Array;
    compressed: boolean;
    /** Bit of the signature to damage, or -1. */
    damage: number;
  }

  const entry: fc.Arbitrary<Entry> = fc.record({
    tx: anyTransaction,
    inputIndex: fc.nat(1),
    amount,
    scriptCode,
    hashType: usualType,
    secret,
    compressed: fc.boolean(),
    damage: fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(500) }),
  });

  function addEntry(batch: SignatureBatch, branch: number, item: Entry): void {
    const { tx, scriptCode, hashType } = item;
    const inputIndex = item.inputIndex % tx.inputs.length;
    const request = { tx, inputIndex, scriptCode, amount: item.amount, hashType, branchId: branch };
    const digest = signatureHash(request) ?? new Uint8Array(32);
    const der = ecdsaSign(digest, item.secret);
    const signature = new Uint8Array([...der, hashType]);
    if (item.damage >= 0) {
      const at = (item.damage >> 3) % der.length;
      signature[at] = (signature[at] as number) ^ (1 << (item.damage & 7));
    }
    const key = publicKeyCreate(item.secret, item.compressed);
    batch.add(tx, inputIndex, item.amount, branch, scriptCode, signature, key);
    if (item.damage % 3 === 0) batch.addDigest(digest, der, key);
  }

  test("names the same first invalid signature of any batch", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), branchId, async (items, branch) => {
        const batch = new SignatureBatch();
        for (const item of items) {
          addEntry(batch, branch, item);
          addEntry(batch, branch, { ...item, hashType: 1, damage: -1 });
        }
        const expected = batch.verifyReference();
        expect(await addon?.verifySignatures(batch.pack())).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("takes an empty batch for valid", async () => {
    const batch = new SignatureBatch();
    expect(batch.verifyReference()).toBe(-1);
    expect(await addon?.verifySignatures(batch.pack())).toBe(-1);
  });
});

test("each transaction is packed once, and entries lead back to their inputs", () => {
  fc.assert(
    fc.property(anyTransaction, anyTransaction, (a, b) => {
      const batch = new SignatureBatch();
      const signature = new Uint8Array(9);
      for (const tx of [a, b, a, a]) batch.add(tx, 0, 1n, 1, EMPTY, signature, EMPTY);
      batch.addDigest(new Uint8Array(32), signature, EMPTY);
      expect(batch.size).toBe(5);
      expect([0, 1, 2, 3].map((i) => batch.inputAt(i)?.tx)).toEqual([a, b, a, a]);
      expect(batch.inputAt(4)).toBeNull();
      const entries = 4 * (4 + 4 + 8 + 4 + 1 + 1 + 8 + 1) + (4 + 32 + 1 + 1 + 9 + 1);
      expect(batch.pack().length).toBe(4 + 8 + a.raw.length + 8 + b.raw.length + 4 + entries);
    }),
    { numRuns: 20 },
  );
});
