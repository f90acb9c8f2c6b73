import { describe, expect, test } from "bun:test";
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  fromHex,
  toDisplayHash,
  toHex,
} from "../../../../src/protocol/bytes/index.ts";
import { hash160, publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import {
  BloomFilter,
  MAX_FILTER_BYTES,
  MAX_FILTER_HASHES,
  matchTransaction,
  murmurHash3,
  readPartialMerkleTree,
  writePartialMerkleTree,
} from "../../../../src/protocol/filters/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { decodeBlock, decodeTransaction, decodeWif, writeHeader } from "../../../../src/protocol/primitives/index.ts";

interface Bip37 {
  readonly murmur3: readonly { seed: number; data: string; hash: number }[];
  readonly bloomFilters: readonly {
    elements: string[];
    n: number;
    fpRate: number;
    tweak: number;
    flags: number;
    serialized: string;
    notContained: string;
  }[];
}

interface MerkleBlockCase {
  readonly name: string;
  readonly block: number;
  readonly update: number;
  readonly steps: readonly { insert: string[]; matched: [number, string][] | null }[];
  readonly contains?: readonly string[];
  readonly notContained?: readonly string[];
  readonly serialized?: string;
}

interface BloomTests {
  readonly key: { wif: string; serialized: string };
  readonly transaction: string;
  readonly spending: string;
  readonly elements: readonly { element: string; matches: boolean; spending?: true }[];
  readonly blocks: readonly string[];
  readonly merkleBlocks: readonly MerkleBlockCase[];
}

const VECTORS = `${import.meta.dir}/../../../vectors/filters`;
const bip37 = (await Bun.file(`${VECTORS}/bip37.json`).json()) as Bip37;
const bloomTests = (await Bun.file(`${VECTORS}/bloom-tests.json`).json()) as BloomTests;

interface OpenFilter {
  readonly data: Uint8Array;
  readonly hashes: number;
  readonly filter: BloomFilter;
}

/** A filter as a peer makes it that wants so many elements and so many false matches. */
function filterFor(elements: number, rate: number, tweak: number, flags: number): OpenFilter {
  const bits = Math.floor((-elements * Math.log(rate)) / Math.LN2 ** 2);
  const data = new Uint8Array(Math.min(bits, MAX_FILTER_BYTES * 8) >> 3);
  const hashes = Math.min(Math.floor(((data.length * 8) / elements) * Math.LN2), MAX_FILTER_HASHES);
  return { data, hashes, filter: new BloomFilter(data, hashes, tweak, flags) };
}

function serialized({ data, hashes }: OpenFilter, tweak: number, flags: number): string {
  return toHex(new ByteWriter(100).varBytes(data).u32(hashes).u32(tweak).u8(flags).finish());
}

describe("published values of BIP 37", () => {
  for (const { seed, data, hash } of bip37.murmur3) {
    test(`MurmurHash3 of ${data || "nothing"} with seed ${seed}`, () => {
      expect(murmurHash3(seed, fromHex(data))).toBe(hash);
    });
  }

  for (const vector of bip37.bloomFilters) {
    test(`a filter with tweak ${vector.tweak}`, () => {
      const made = filterFor(vector.n, vector.fpRate, vector.tweak, vector.flags);
      for (const element of vector.elements) {
        expect(made.filter.contains(fromHex(element))).toBe(false);
        made.filter.insert(fromHex(element));
        expect(made.filter.contains(fromHex(element))).toBe(true);
      }
      expect(made.filter.contains(fromHex(vector.notContained))).toBe(false);
      expect(serialized(made, vector.tweak, vector.flags)).toBe(vector.serialized);
    });
  }

  test("a filter with a key and its hash", () => {
    const secret = decodeWif(bloomTests.key.wif, (builtInNetwork("main") as NetworkParams).base58);
    if (!secret) throw new Error("the key cannot be read");
    const key = publicKeyCreate(secret.secret, secret.compressed);
    const made = filterFor(2, 0.001, 0, 1);
    for (const element of [key, hash160(key)]) made.filter.insert(element);
    expect(serialized(made, 0, 1)).toBe(bloomTests.key.serialized);
  });
});

describe("a real transaction", () => {
  for (const { element, matches, spending } of bloomTests.elements) {
    test(`${matches ? "matches" : "does not match"} ${element}`, () => {
      const { filter } = filterFor(10, 0.000001, 0, 1);
      filter.insert(fromHex(element));
      expect(matchTransaction(filter, decodeTransaction(fromHex(bloomTests.transaction)))).toBe(matches);
      // Its output went into the filter, so that what spends it matches, too.
      if (spending) expect(matchTransaction(filter, decodeTransaction(fromHex(bloomTests.spending)))).toBe(true);
    });
  }
});

describe("a real block, filtered", () => {
  for (const { name, block: number, update, steps, ...expected } of bloomTests.merkleBlocks) {
    test(name, () => {
      const { header, transactions } = decodeBlock(fromHex(bloomTests.blocks[number] as string));
      const { filter } = filterFor(10, 0.000001, 0, update);
      let proof: Uint8Array = new Uint8Array(0);
      for (const { insert, matched } of steps) {
        for (const element of insert) filter.insert(fromHex(element));
        const matches = transactions.map((tx) => matchTransaction(filter, tx));
        const writer = new ByteWriter(1000);
        writePartialMerkleTree(
          writer,
          transactions.map(({ txid }) => txid),
          matches,
        );
        proof = writer.finish();
        const read = readPartialMerkleTree(new ByteReader(proof));
        expect(read?.root).toEqual(header.merkleRoot);
        const found = transactions.flatMap(({ txid }, i) => (matches[i] ? [[i, toDisplayHash(txid)]] : []));
        expect(read?.matches.map(toDisplayHash)).toEqual(found.map(([, txid]) => txid as string));
        if (matched) expect(found).toEqual(matched);
      }
      for (const element of expected.contains ?? []) expect(filter.contains(fromHex(element))).toBe(true);
      for (const element of expected.notContained ?? []) expect(filter.contains(fromHex(element))).toBe(false);
      if (!expected.serialized) return;
      const head = new ByteWriter(200);
      writeHeader(head, header);
      expect(toHex(concatBytes(head.finish(), proof))).toBe(expected.serialized);
    });
  }
});
