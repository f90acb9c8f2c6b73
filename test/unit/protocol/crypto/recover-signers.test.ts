import { describe, expect, test } from "bun:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { nativeAddon } from "../../../../src/platform/native/index.ts";
import { concatBytes, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  type CompactSignature,
  ecdsaSignCompact,
  publicKeyCreate,
  recoverSigners,
  recoverSignersAsync,
  recoverSignersReference,
  sha256,
} from "../../../../src/protocol/crypto/index.ts";

const ORDER = secp256k1.Point.CURVE().n;
const PRIME = secp256k1.Point.CURVE().p;

function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

function secret(n: number): Uint8Array {
  return bytes32(BigInt(n) * 0x1234567890abcdef1234567890abcdefn + 1n);
}

function signed(n: number): CompactSignature {
  const digest = sha256(Uint8Array.of(n, n >> 8));
  return { digest, signature: ecdsaSignCompact(digest, secret(n), n % 2 === 0) };
}

function hex(keys: (Uint8Array | null)[]): (string | null)[] {
  return keys.map((key) => key && toHex(key));
}

describe.each([0, 1, 2, 3, 7, 8, 9, 64, 65, 200])("%i signatures", (count) => {
  const items = Array.from({ length: count }, (_, n) => signed(n));
  const signers = items.map((_, n) => toHex(publicKeyCreate(secret(n), n % 2 === 0)));

  test("the signers are found, in order", async () => {
    expect(hex(recoverSigners(items))).toEqual(signers);
    expect(hex(await recoverSignersAsync(items))).toEqual(signers);
  });
});

test("both implementations agree on damaged and made-up signatures", async () => {
  const number = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.constantFrom(0n, 1n, 2n, ORDER - 1n, ORDER, ORDER + 1n, PRIME - ORDER, PRIME - ORDER - 1n).map(bytes32),
  );
  const made = fc.tuple(number, fc.nat(255), number, number).map(([digest, header, r, s]) => {
    return { digest, signature: concatBytes(Uint8Array.of(header), r, s) };
  });
  const damaged = fc.tuple(fc.nat(50), fc.nat(64), fc.nat(255)).map(([n, at, value]) => {
    const item = signed(n);
    item.signature[at] = value;
    return item;
  });
  const wrongSize = fc
    .tuple(fc.uint8Array({ maxLength: 33 }), fc.uint8Array({ maxLength: 66 }))
    .map(([digest, signature]) => ({ digest, signature }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(made, damaged, fc.nat(50).map(signed), wrongSize), { minLength: 1, maxLength: 20 }),
      async (items) => {
        const expected = hex(recoverSignersReference(items));
        expect(hex(recoverSigners(items))).toEqual(expected);
        expect(hex(await recoverSignersAsync(items))).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("signatures whose computation meets equal, opposite and missing points", () => {
  // The key is (s R - m G) / r. With R = k G all of its steps are small multiples of G.
  const Fn = secp256k1.Point.Fn;
  const items: CompactSignature[] = [];
  for (const k of [1n, 2n, 3n, 17n, ORDER - 1n]) {
    const point = secp256k1.Point.BASE.multiply(k).toAffine();
    const r = Fn.create(point.x);
    for (const u1 of [0n, 1n, -1n, 2n, -k, k, 32n]) {
      for (const u2 of [1n, 2n, 16n, 32n, -1n]) {
        // s = u2 r and m = -u1 r make the factors of R and G u2 and u1.
        const digest = bytes32(Fn.mul(Fn.create(-u1), r));
        const s = bytes32(Fn.mul(Fn.create(u2), r));
        const header = 31 + Number(point.y & 1n);
        items.push({ digest, signature: concatBytes(Uint8Array.of(header), bytes32(r), s) });
      }
    }
  }
  const expected = hex(recoverSignersReference(items));
  expect(expected).toContain(null);
  expect(hex(recoverSigners(items))).toEqual(expected);
});

test("the native functions refuse broken buffers", () => {
  const addon = nativeAddon();
  if (!addon) throw new Error("this test is about the addon: unset FLUXNODE_NATIVE");
  for (const recover of [addon.recoverSigners, addon.recoverSignersAsync]) {
    expect(() => recover(new Uint8Array(96))).toThrow(RangeError);
    expect(() => recover(new Uint8Array(98))).toThrow(RangeError);
    expect(() => recover("" as unknown as Uint8Array)).toThrow(TypeError);
  }
});
