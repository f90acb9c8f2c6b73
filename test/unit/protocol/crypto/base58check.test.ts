import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  base58checkDecode,
  base58checkEncode,
  base58Decode,
  base58Encode,
} from "../../../../src/protocol/crypto/index.ts";

function load(path: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dir, "../../../vectors", path), "utf8"));
}

const pairs = load("crypto/base58_encode_decode.json") as [string, string][];
const validKeys = load("script/base58_keys_valid.json") as [string, string, { isPrivkey: boolean }][];
const invalidKeys = load("script/base58_keys_invalid.json") as [string][];

test("known pairs in both directions", () => {
  expect(pairs.length).toBeGreaterThan(10);
  for (const [hex, text] of pairs) {
    expect(base58Encode(fromHex(hex))).toBe(text);
    expect(toHex(base58Decode(text) as Uint8Array)).toBe(hex);
  }
});

test("addresses and keys of the reference: checksum and payload", () => {
  expect(validKeys.length).toBeGreaterThan(40);
  for (const [text, payload, { isPrivkey }] of validKeys) {
    const bytes = base58checkDecode(text) as Uint8Array;
    // The payload column is a secret key or an output script, which holds the 20 bytes of the address.
    const inner = isPrivkey ? toHex(bytes.slice(1, 33)) : toHex(bytes.slice(2));
    expect(payload).toContain(inner);
    expect(base58checkEncode(bytes)).toBe(text);
  }
});

describe("refused", () => {
  test("texts that the reference refuses have a wrong checksum or no known form", () => {
    expect(invalidKeys.length).toBeGreaterThan(40);
    for (const [text] of invalidKeys) {
      const bytes = base58checkDecode(text);
      const isAddress = bytes?.length === 22 && ["1cb8", "1cbd", "1d25", "1cba"].includes(toHex(bytes.subarray(0, 2)));
      expect(isAddress).toBe(false);
    }
  });

  test("foreign characters, spaces, short texts, long texts", () => {
    for (const text of ["0", "O", "I", "l", " 2g", "2g ", "2 g", "é", "2g\0"]) expect(base58Decode(text)).toBeNull();
    for (const text of ["", "1", "111", "2g"]) expect(base58checkDecode(text)).toBeNull();
    expect(base58Decode("1".repeat(257))).toBeNull();
    expect(base58Decode("1".repeat(256))).toHaveLength(256);
    expect(base58Decode("1".repeat(11), 10)).toBeNull();
    expect(base58checkDecode(base58checkEncode(new Uint8Array(300)))).toBeNull();
  });

  test("any changed character", () => {
    const text = base58checkEncode(fromHex("1cb8000102030405060708090a0b0c0d0e0f10111213"));
    for (let i = 0; i < text.length; i++) {
      const changed = text.slice(0, i) + (text[i] === "z" ? "y" : "z") + text.slice(i + 1);
      expect(base58checkDecode(changed)).toBeNull();
    }
  });
});

test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base58checkDecode(base58checkEncode(bytes))).toEqual(bytes);
      expect(base58Decode(base58Encode(bytes))).toEqual(bytes);
    }),
  );
});
