import { describe, expect, test } from "bun:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import nacl from "tweetnacl";
import { concatBytes, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { ed25519Verify } from "../../../../src/protocol/crypto/index.ts";

const ORDER = ed25519.Point.Fn.ORDER;
const ORDER_8_KEY = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0")).reverse();
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}

function challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return number(sha512(concatBytes(r, key, message))) % ORDER;
}

const message = new TextEncoder().encode("JoinSplit");

describe("ed25519Verify", () => {
  test("RFC 8032, test 2", () => {
    const key = fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const signature = fromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    expect(ed25519Verify(Uint8Array.of(0x72), signature, key)).toBe(true);
    expect(ed25519Verify(Uint8Array.of(0x73), signature, key)).toBe(false);
  });

  test("signatures hold, and not when a bit is changed", () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seed, fc.uint8Array({ maxLength: 64 }), fc.nat(64 * 8 - 1), (secret, text, bit) => {
        const pair = nacl.sign.keyPair.fromSeed(secret);
        const signature = nacl.sign.detached(text, pair.secretKey);
        expect(ed25519Verify(text, signature, pair.publicKey)).toBe(true);
        const at = bit >> 3;
        signature[at] = (signature[at] as number) ^ (1 << (bit & 7));
        expect(ed25519Verify(text, signature, pair.publicKey)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test("s plus the group order is another text of the same number and refused", () => {
    const pair = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(4));
    const signature = nacl.sign.detached(message, pair.secretKey);
    const s = number(signature.subarray(32));
    const larger = concatBytes(signature.subarray(0, 32), littleEndian(s + ORDER));
    expect(nacl.sign.detached.verify(message, larger, pair.publicKey)).toBe(true);
    expect(ed25519Verify(message, larger, pair.publicKey)).toBe(false);
  });

  test("the neutral point as R is refused although the equation holds", () => {
    const secret = 12345n;
    const key = ed25519.Point.BASE.multiply(secret).toBytes();
    const r = ed25519.Point.ZERO.toBytes();
    const s = littleEndian((challenge(r, key, message) * secret) % ORDER);
    const signature = concatBytes(r, s);
    expect(nacl.sign.detached.verify(message, signature, key)).toBe(true);
    expect(ed25519Verify(message, signature, key)).toBe(false);
  });

  test("a key of small order is allowed; R of small order only with the sign bit that the list misses", () => {
    const key = fromHex(ORDER_8_KEY);
    const point = ed25519.Point.fromBytes(key, true);
    const torsion = Array.from({ length: 8 }, (_, i) => {
      let sum = ed25519.Point.ZERO;
      for (let k = 0; k < i; k++) sum = sum.add(point);
      return sum.toBytes();
    });
    const accepted = new Set<string>();
    const refused = new Set<string>();
    for (const r of torsion) {
      // With s = 0 the equation is R = -h A, true for one message in eight.
      for (let n = 0; n < 48; n++) {
        const text = Uint8Array.of(n);
        const signature = concatBytes(r, new Uint8Array(32));
        if (!nacl.sign.detached.verify(text, signature, key)) continue;
        (ed25519Verify(text, signature, key) ? accepted : refused).add(toHex(r));
      }
    }
    expect([...accepted].sort()).toEqual([
      `${"00".repeat(31)}80`,
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ]);
    expect([...refused].sort()).toEqual([
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      ORDER_8_KEY,
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      `ec${"ff".repeat(30)}7f`,
    ]);
  });

  test("the key of all zeros is refused, another text of the neutral point is not", () => {
    const s = littleEndian(99n);
    const r = ed25519.Point.BASE.multiply(99n).toBytes();
    const neutral = fromHex(`ee${"ff".repeat(30)}7f`);
    expect(ed25519Verify(message, concatBytes(r, s), neutral)).toBe(true);

    // y = 0 has order 4, so that a fourth of all messages satisfy the equation.
    const zero = new Uint8Array(32);
    const texts = Array.from({ length: 64 }, (_, n) => Uint8Array.of(n));
    const holding = texts.filter((text) => nacl.sign.detached.verify(text, concatBytes(r, s), zero));
    expect(holding.length).toBeGreaterThan(0);
    for (const text of holding) expect(ed25519Verify(text, concatBytes(r, s), zero)).toBe(false);
  });

  test("wrong lengths are invalid, not errors", () => {
    const pair = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(4));
    const signature = nacl.sign.detached(message, pair.secretKey);
    expect(ed25519Verify(message, signature.slice(1), pair.publicKey)).toBe(false);
    expect(ed25519Verify(message, concatBytes(signature, Uint8Array.of(0)), pair.publicKey)).toBe(false);
    expect(ed25519Verify(message, signature, pair.publicKey.slice(1))).toBe(false);
    expect(ed25519Verify(message, new Uint8Array(0), new Uint8Array(0))).toBe(false);
  });
});
