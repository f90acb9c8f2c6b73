import { expect, test } from "bun:test";
import fc from "fast-check";
import { bech32Decode, bech32Encode } from "../../../../src/protocol/crypto/index.ts";

test("a known text of BIP-173", () => {
  const text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
  const decoded = bech32Decode(text);
  expect(decoded?.prefix).toBe("abcdef");
  expect(decoded?.bytes).toHaveLength(20);
  expect(bech32Encode("abcdef", decoded?.bytes as Uint8Array)).toBe(text);
  expect(bech32Decode(text.toUpperCase())).toEqual(decoded);
});

test("what is encoded is decoded, also past 90 characters", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(bech32Decode(bech32Encode("zs", bytes))).toEqual({ prefix: "zs", bytes });
    }),
  );
});

test("a Sapling address has 43 bytes and 78 characters", () => {
  const text = bech32Encode("zs", new Uint8Array(43).fill(1));
  expect(text).toHaveLength(78);
  expect(text.startsWith("zs1")).toBe(true);
});

test("refuses broken texts", () => {
  const good = bech32Encode("zs", Uint8Array.of(1, 2, 3));
  const mixed = good.toUpperCase().slice(0, 3) + good.slice(3);
  const wrongChecksum = "a1lqfn3a";
  for (const text of [
    "",
    "1",
    "zs",
    "zs1",
    good.slice(1),
    `${good}q`,
    good.replace("zs1", "zt1"),
    mixed,
    wrongChecksum,
    `${good} `,
  ]) {
    expect(bech32Decode(text)).toBeNull();
  }
  expect(bech32Decode(good, good.length - 1)).toBeNull();
  expect(bech32Decode(good, good.length)).not.toBeNull();
});

test("refuses padding that is not zero", () => {
  // One byte is two characters, of which the last two bits are padding: 8 + 2 bits.
  const withPadding = (last: number) => bech32FromWords([0, last]);
  expect(bech32Decode(withPadding(0b00000))?.bytes).toEqual(Uint8Array.of(0));
  expect(bech32Decode(withPadding(0b00001))).toBeNull();
  expect(bech32Decode(withPadding(0b00010))).toBeNull();
  expect(bech32Decode(bech32FromWords([0]))).toBeNull();
});

/** Bech32 with the checksum computed here, for words that do not come from whole bytes. */
function bech32FromWords(words: number[]): string {
  const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  const expanded = [..."zs"]
    .map((c) => c.charCodeAt(0) >> 5)
    .concat(0, ..."zs".split("").map((c) => c.charCodeAt(0) & 31));
  let check = 1;
  for (const word of [...expanded, ...words, 0, 0, 0, 0, 0, 0]) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ word;
    generator.forEach((value, i) => {
      if ((top >> i) & 1) check ^= value;
    });
  }
  check ^= 1;
  const checksum = Array.from({ length: 6 }, (_, i) => (check >> (5 * (5 - i))) & 31);
  return `zs1${[...words, ...checksum].map((word) => alphabet[word]).join("")}`;
}
