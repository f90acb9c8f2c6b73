import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { sipHash24 } from "../../../../src/protocol/crypto/index.ts";
import {
  BloomFilter,
  FilterUpdate,
  MAX_FILTER_BYTES,
  MAX_FILTER_HASHES,
  matchTransaction,
} from "../../../../src/protocol/filters/index.ts";
import { decodeBlock, type OutPoint, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import { blocksOf } from "../../../chain/recorded-set.ts";

describe("SipHash-2-4", () => {
  const K0 = 0x0706050403020100n;
  const K1 = 0x0f0e0d0c0b0a0908n;
  const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);
  // From the paper and the authors' table.
  test("gives the published values", () => {
    expect(sipHash24(K0, K1, counting(0))).toBe(0x726fdb47dd0e0e31n);
    expect(sipHash24(K0, K1, counting(1))).toBe(0x74f839c593dc67fdn);
    expect(sipHash24(K0, K1, counting(8))).toBe(0x93f5f5799a932462n);
    expect(sipHash24(K0, K1, counting(15))).toBe(0xa129ca6149be45e5n);
    expect(sipHash24(K0, K1, counting(32))).toBe(0x7127512f72f27ccen);
  });
});

describe("a bloom filter", () => {
  test("holds what was put in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }),
        fc.nat(0xffffffff),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (elements, tweak, size, hashes) => {
          const filter = new BloomFilter(new Uint8Array(size), hashes, tweak, 0);
          for (const element of elements) filter.insert(element);
          for (const element of elements) expect(filter.contains(element)).toBe(true);
        },
      ),
    );
  });

  test("that is full or has no bits matches everything, an empty one nothing", () => {
    expect(new BloomFilter(new Uint8Array(2).fill(0xff), 3, 0, 0).contains(fromHex("01"))).toBe(true);
    expect(new BloomFilter(new Uint8Array(0), 3, 0, 0).contains(fromHex("01"))).toBe(true);
    expect(new BloomFilter(new Uint8Array(2), 3, 0, 0).contains(fromHex("01"))).toBe(false);
  });

  test("may be as large as the limits and no larger", () => {
    expect(BloomFilter.fits(new Uint8Array(MAX_FILTER_BYTES), MAX_FILTER_HASHES)).toBe(true);
    expect(BloomFilter.fits(new Uint8Array(MAX_FILTER_BYTES + 1), 1)).toBe(false);
    expect(BloomFilter.fits(new Uint8Array(1), MAX_FILTER_HASHES + 1)).toBe(false);
  });
});

describe("matching transactions", () => {
  const transactions = blocksOf("regtest-a")
    .slice(100, 400)
    .flatMap((raw) => decodeBlock(raw).transactions);
  const spending = transactions.find(({ inputs }) =>
    inputs.some(({ scriptSig }) => scriptSig.length > 60),
  ) as Transaction;

  function filterOf(flags: number, ...elements: Uint8Array[]): BloomFilter {
    const filter = new BloomFilter(new Uint8Array(2000), 10, 7, flags);
    for (const element of elements) filter.insert(element);
    return filter;
  }

  function outPointBytes({ txid, index }: OutPoint): Uint8Array {
    const bytes = new Uint8Array(36);
    bytes.set(txid);
    new DataView(bytes.buffer).setUint32(32, index, true);
    return bytes;
  }

  test("looks at the id, the scripts of outputs and inputs, and what is spent", () => {
    const script = spending.outputs[0]?.script as Uint8Array;
    // Pay to public key hash: DUP HASH160 <20 bytes> EQUALVERIFY CHECKSIG.
    const keyHash = script.subarray(3, 23);
    const scriptSig = spending.inputs[0]?.scriptSig as Uint8Array;
    const signature = scriptSig.subarray(1, 1 + (scriptSig[0] as number));
    const prevout = outPointBytes(spending.inputs[0]?.prevout as OutPoint);
    for (const element of [spending.txid, keyHash, signature, prevout]) {
      expect(matchTransaction(filterOf(0, element), spending)).toBe(true);
    }
    expect(matchTransaction(filterOf(0, fromHex("0102030405")), spending)).toBe(false);
  });

  test("puts outputs that match into the filter, if the filter asks for it", () => {
    const script = spending.outputs[0]?.script as Uint8Array;
    const keyHash = script.subarray(3, 23);
    const first = outPointBytes({ txid: spending.txid, index: 0 });
    for (const [flags, watched] of [
      [FilterUpdate.none, false],
      [FilterUpdate.all, true],
      [FilterUpdate.publicKeyOnly, false],
    ] as const) {
      const filter = filterOf(flags, keyHash);
      matchTransaction(filter, spending);
      expect([flags, filter.contains(first)]).toEqual([flags, watched]);
    }
  });
});
