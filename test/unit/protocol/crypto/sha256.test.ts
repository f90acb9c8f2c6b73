import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  hash160,
  hash160Reference,
  merkleRoot,
  merkleRootReference,
  ripemd160,
  ripemd160Reference,
  sha1,
  sha256,
  sha256d,
  sha256dRanges,
  sha256dRangesReference,
  sha256dReference,
  sha256Reference,
} from "../../../../src/protocol/crypto/index.ts";

interface HashVector {
  text?: string;
  repeat?: string;
  count?: number;
  generator?: string;
  digest: string;
}

const vectors: Record<string, HashVector[]> = JSON.parse(
  readFileSync(join(import.meta.dir, "../../../vectors/crypto/sha-ripemd-hmac.json"), "utf8"),
);

function message(vector: HashVector): Uint8Array | null {
  if (vector.text !== undefined) return new TextEncoder().encode(vector.text);
  if (vector.repeat !== undefined) return new TextEncoder().encode(vector.repeat.repeat(vector.count as number));
  return null;
}

/** Lengths around the block boundaries matter most. */
const data = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 50, maxLength: 70 }));

describe.each([
  ["sha1", [sha1], 9],
  ["sha256", [sha256, sha256Reference], 8],
  ["ripemd160", [ripemd160, ripemd160Reference], 8],
] as const)("%s", (name, functions, atLeast) => {
  test("known answers", () => {
    const usable = (vectors[name] as HashVector[]).flatMap((vector) => {
      const input = message(vector);
      return input ? [{ input, digest: vector.digest }] : [];
    });
    expect(usable.length).toBeGreaterThanOrEqual(atLeast);
    for (const { input, digest } of usable) {
      for (const hash of functions) expect(toHex(hash(input))).toBe(digest);
    }
  });
});

describe("hashes of hashes", () => {
  test("the block hash of Bitcoin's genesis header", () => {
    const header = fromHex(
      "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
    );
    const expected = "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000";
    expect(toHex(sha256d(header))).toBe(expected);
    expect(toHex(sha256dReference(header))).toBe(expected);
  });

  test("HASH160 is RIPEMD-160 of SHA-256", () => {
    fc.assert(
      fc.property(data, (bytes) => {
        const expected = toHex(ripemd160Reference(sha256Reference(bytes)));
        expect(toHex(hash160(bytes))).toBe(expected);
        expect(toHex(hash160Reference(bytes))).toBe(expected);
      }),
    );
  });

  test("both implementations agree on everything", () => {
    fc.assert(
      fc.property(data, (bytes) => {
        expect(toHex(sha256(bytes))).toBe(toHex(sha256Reference(bytes)));
        expect(toHex(sha256d(bytes))).toBe(toHex(sha256dReference(bytes)));
        expect(toHex(ripemd160(bytes))).toBe(toHex(ripemd160Reference(bytes)));
      }),
      { numRuns: 300 },
    );
  });

  test("a view into a larger buffer is hashed alone", () => {
    const whole = Uint8Array.from({ length: 100 }, (_, i) => i);
    expect(toHex(sha256(whole.subarray(10, 20)))).toBe(toHex(sha256Reference(whole.slice(10, 20))));
  });
});

describe.each([
  ["native", sha256dRanges],
  ["reference", sha256dRangesReference],
] as const)("sha256dRanges (%s)", (_, ranges) => {
  test("hashes each slice, empty and overlapping ones too", () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => i * 7);
    const digests = ranges(bytes, Uint32Array.of(0, 200, 5, 5, 10, 90, 50, 120, 200, 200));
    const slices = [bytes, bytes.slice(0, 0), bytes.slice(10, 90), bytes.slice(50, 120), bytes.slice(0, 0)];
    expect(toHex(digests)).toBe(slices.map((slice) => toHex(sha256dReference(slice))).join(""));
    expect(ranges(bytes, new Uint32Array(0))).toHaveLength(0);
  });

  test("refuses slices that are not inside the data", () => {
    const bytes = new Uint8Array(10);
    for (const bad of [
      [0, 11],
      [11, 11],
      [5, 4],
      [0, 0xffffffff],
      [0, 1, 2],
    ]) {
      expect(() => ranges(bytes, Uint32Array.from(bad))).toThrow(RangeError);
    }
  });
});

describe.each([
  ["native", merkleRoot],
  ["reference", merkleRootReference],
] as const)("merkleRoot (%s)", (_, root) => {
  const leaf = (n: number) => new Uint8Array(32).fill(n);
  const join32 = (...leaves: Uint8Array[]) => Uint8Array.from(leaves.flatMap((bytes) => [...bytes]));
  const pair = (a: Uint8Array, b: Uint8Array) => sha256dReference(join32(a, b));

  test("one leaf is its own root", () => {
    expect(root(leaf(7))).toEqual({ root: leaf(7), mutated: false });
  });

  test("an odd last node is paired with itself", () => {
    const [a, b, c] = [leaf(1), leaf(2), leaf(3)];
    expect(root(join32(a, b, c))).toEqual({ root: pair(pair(a, b), pair(c, c)), mutated: false });
  });

  test("a duplicated last pair has the same root and is noticed", () => {
    const [a, b, c] = [leaf(1), leaf(2), leaf(3)];
    const honest = root(join32(a, b, c));
    expect(root(join32(a, b, c, c))).toEqual({ root: honest.root, mutated: true });
  });

  test("a duplicated half is noticed on the level above", () => {
    const leaves = [1, 2, 3, 4, 5, 6].map(leaf);
    const honest = root(join32(...leaves));
    const doubled = root(join32(...leaves, leaf(5), leaf(6)));
    expect(honest.mutated).toBe(false);
    expect(doubled).toEqual({ root: honest.root, mutated: true });
  });

  test("equal neighbours elsewhere are no mutation", () => {
    expect(root(join32(leaf(1), leaf(1), leaf(2), leaf(3))).mutated).toBe(false);
  });

  test("refuses no leaves and broken leaves", () => {
    expect(() => root(new Uint8Array(0))).toThrow(RangeError);
    expect(() => root(new Uint8Array(33))).toThrow(RangeError);
  });

  test("leaves the input alone", () => {
    const leaves = join32(leaf(1), leaf(2), leaf(3));
    const before = leaves.slice();
    root(leaves);
    expect(leaves).toEqual(before);
  });
});

test("both merkle roots agree, also where leaves repeat", () => {
  const leaves = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(leaves, (kinds) => {
      const bytes = Uint8Array.from(kinds.flatMap((kind) => new Array(32).fill(kind)));
      expect(merkleRoot(bytes)).toEqual(merkleRootReference(bytes));
    }),
    { numRuns: 300 },
  );
});
