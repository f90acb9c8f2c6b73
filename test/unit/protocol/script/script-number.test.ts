import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeScriptNumber, encodeScriptNumber, heightPush } from "../../../../src/protocol/script/index.ts";

describe("script numbers", () => {
  test("have these encodings", () => {
    const known: [number, string][] = [
      [0, ""],
      [1, "01"],
      [-1, "81"],
      [127, "7f"],
      [128, "8000"],
      [-128, "8080"],
      [255, "ff00"],
      [-255, "ff80"],
      [256, "0001"],
      [520617983, "ffff071f"],
      [2147483647, "ffffff7f"],
      [2147483648, "0000008000"],
      [-4294967295, "ffffffff80"],
    ];
    for (const [value, hex] of known) {
      expect(toHex(encodeScriptNumber(value))).toBe(hex);
      expect(decodeScriptNumber(fromHex(hex), true, 5)).toBe(value);
    }
  });

  test("decode to what was encoded", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 47) + 1, max: 2 ** 47 - 1 }), (value) => {
        expect(decodeScriptNumber(encodeScriptNumber(value), true, 6)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test("every encoding that is minimal is the only one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 }), (bytes) => {
        const value = decodeScriptNumber(bytes, true, 5);
        if (value !== null) expect(encodeScriptNumber(value)).toEqual(bytes);
        else expect(encodeScriptNumber(decodeScriptNumber(bytes, false, 5) as number)).not.toEqual(bytes);
      }),
    );
  });

  test("are refused when too long", () => {
    expect(decodeScriptNumber(new Uint8Array(5), false)).toBeNull();
    expect(decodeScriptNumber(new Uint8Array(6), false, 5)).toBeNull();
  });

  test("a coinbase height is pushed in the shortest way", () => {
    const known: [number, string][] = [
      [0, "00"],
      [1, "51"],
      [16, "60"],
      [17, "0111"],
      [128, "028000"],
      [100000, "03a08601"],
      [2020000, "03a0d21e"],
    ];
    for (const [height, hex] of known) expect(toHex(heightPush(height))).toBe(hex);
  });
});
