import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { blake2b as nobleBlake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { type NativeAddon, nativeAddon } from "../../../../src/platform/native/index.ts";
import { blake2b, blake2bReference } from "../../../../src/protocol/crypto/blake2b.ts";

/** Exports of the addon that only tests and other native code use. */
type Blake2bAddon = NativeAddon & {
  blake2bKernels(): string[];
  blake2bCounters(
    prefix: Uint8Array,
    counters: Uint32Array,
    outLen: number,
    personal: Uint8Array,
    kernel?: string,
  ): Uint8Array;
};

const VECTORS = join(import.meta.dir, "../../../vectors/blake2b");
const personalised: { personal: string; outLen: number; data: string; digest: string }[] = JSON.parse(
  readFileSync(join(VECTORS, "blake2b-personal.json"), "utf8"),
);
const knownAnswers: { in: string; key: string; out: string }[] = JSON.parse(
  gunzipSync(readFileSync(join(VECTORS, "blake2b-kat.json.gz"))).toString(),
);

const addon = nativeAddon() as Blake2bAddon | null;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

const personals = fc.uint8Array({ minLength: 16, maxLength: 16 });
const outLens = fc.integer({ min: 1, max: 64 });

describe.each([
  ["native first", blake2b],
  ["reference", blake2bReference],
])("BLAKE2b, %s", (_, hash) => {
  test("agrees with the digests for the personalisations of the network", () => {
    expect(personalised.length).toBe(196);
    for (const { data, outLen, personal, digest } of personalised) {
      expect(hex(hash(bytes(data), outLen, bytes(personal)))).toBe(digest);
    }
  });

  test("agrees with the unkeyed known answers", () => {
    const unkeyed = knownAnswers.filter((row) => row.key === "");
    expect(unkeyed.length).toBe(256);
    for (const row of unkeyed) expect(hex(hash(bytes(row.in), 64, new Uint8Array(16)))).toBe(row.out);
  });

  test("refuses other lengths", () => {
    const data = new Uint8Array(3);
    for (const outLen of [0, 65, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
      expect(() => hash(data, outLen, new Uint8Array(16))).toThrow(RangeError);
    }
    for (const length of [0, 15, 17]) expect(() => hash(data, 32, new Uint8Array(length))).toThrow(RangeError);
  });
});

test("the hash that the reference stands on agrees with the keyed known answers", () => {
  const keyed = knownAnswers.filter((row) => row.key !== "");
  expect(keyed.length).toBe(256);
  for (const row of keyed) expect(hex(nobleBlake2b(bytes(row.in), { key: bytes(row.key) }))).toBe(row.out);
});

test("native and reference agree on random input", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), outLens, personals, (data, outLen, personal) => {
      expect(hex(blake2b(data, outLen, personal))).toBe(hex(blake2bReference(data, outLen, personal)));
    }),
    { numRuns: 500 },
  );
});

test("the data may be a view into a larger buffer", () => {
  const whole = Uint8Array.from({ length: 500 }, (_, i) => i);
  const personal = new Uint8Array(16).fill(7);
  expect(hex(blake2b(whole.subarray(33, 290), 50, personal))).toBe(
    hex(blake2bReference(whole.slice(33, 290), 50, personal)),
  );
});

describe.skipIf(addon === null)("the native addon", () => {
  const native = addon as Blake2bAddon;

  function littleEndian(counter: number): Uint8Array {
    const out = new Uint8Array(4);
    new DataView(out.buffer).setUint32(0, counter, true);
    return out;
  }

  test("refuses wrong types", () => {
    const personal = new Uint8Array(16);
    const wrong: unknown[] = [undefined, null, "00", [0], new ArrayBuffer(4), new Int8Array(4)];
    for (const data of [...wrong, new DataView(new ArrayBuffer(16))] as Uint8Array[]) {
      expect(() => native.blake2b(data, 32, personal)).toThrow(TypeError);
      expect(() => native.blake2b(personal, 32, data)).toThrow(TypeError);
    }
    expect(() => native.blake2b(personal, "32" as unknown as number, personal)).toThrow(TypeError);
  });

  test("names the kernel in use", () => {
    expect(native.blake2bKernels()).toContain("portable");
    expect(native.features().blake2b).toBe(native.blake2bKernels()[0] as string);
    expect(() => native.blake2bCounters(new Uint8Array(1), new Uint32Array(1), 32, new Uint8Array(16), "none")).toThrow(
      RangeError,
    );
  });

  for (const kernel of native?.blake2bKernels() ?? []) {
    test(`kernel ${kernel} finishes counted hashes for every length of prefix`, () => {
      const personal = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
      // Wide counters, so that every byte of them has to land in its place.
      const counters = Uint32Array.from([
        0, 1, 0xffffffff, 0x01020304, 0x80000000, 7, 0xdeadbeef, 65536, 255, 0x00ff00ff,
      ]);
      for (let length = 0; length <= 290; length++) {
        const prefix = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
        const expected = [...counters].map((counter) =>
          hex(blake2bReference(Buffer.concat([prefix, littleEndian(counter)]), 50, personal)),
        );
        expect(hex(native.blake2bCounters(prefix, counters, 50, personal, kernel))).toBe(expected.join(""));
      }
    });

    test(`kernel ${kernel} agrees with the reference on random input`, () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 300 }),
          fc.uint32Array({ maxLength: 80 }),
          outLens,
          personals,
          (prefix, counters, outLen, personal) => {
            const expected = [...counters].map((counter) =>
              hex(blake2bReference(Buffer.concat([prefix, littleEndian(counter)]), outLen, personal)),
            );
            expect(hex(native.blake2bCounters(prefix, counters, outLen, personal, kernel))).toBe(expected.join(""));
          },
        ),
        { numRuns: 200 },
      );
    });
  }
});
