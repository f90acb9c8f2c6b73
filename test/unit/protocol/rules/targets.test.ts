import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fromDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { blockWork, decodeCompact, encodeCompact, hashToNumber } from "../../../../src/protocol/rules/index.ts";

const MAX_TARGET = (1n << 256n) - 1n;
const anyTarget = fc.bigInt({ min: 0n, max: MAX_TARGET });
const anyBits = fc.nat({ max: 0xffffffff });

describe("compact targets", () => {
  test("known forms", () => {
    expect(decodeCompact(0x1d00ffff)).toEqual({ target: 0xffffn << 208n, negative: false, overflow: false });
    expect(decodeCompact(0x05009234).target).toBe(0x92340000n);
    expect(encodeCompact(0x92340000n)).toBe(0x05009234);
    expect(encodeCompact(0n)).toBe(0);
    expect(encodeCompact(0x80n)).toBe(0x02008000);
    expect(encodeCompact(MAX_TARGET)).toBe(0x2100ffff);
  });

  test("the sign bit counts only with a mantissa that is left after short sizes cut it", () => {
    expect(decodeCompact(0x04923456)).toEqual({ target: 0x12345600n, negative: true, overflow: false });
    expect(decodeCompact(0x01fe0000)).toEqual({ target: 0x7en, negative: true, overflow: false });
    expect(decodeCompact(0x01800000)).toEqual({ target: 0n, negative: false, overflow: false });
    expect(decodeCompact(0x00923456)).toEqual({ target: 0n, negative: false, overflow: false });
  });

  test("overflow depends on where the mantissa's highest byte lands", () => {
    expect(decodeCompact(0x2000ffff).overflow).toBe(false);
    expect(decodeCompact(0x207fffff).overflow).toBe(false);
    expect(decodeCompact(0x2100ffff).overflow).toBe(false);
    expect(decodeCompact(0x21010000).overflow).toBe(true);
    expect(decodeCompact(0x220000ff).overflow).toBe(false);
    expect(decodeCompact(0x22000100).overflow).toBe(true);
    expect(decodeCompact(0x23000001).overflow).toBe(true);
    expect(decodeCompact(0xff123456).overflow).toBe(true);
    expect(decodeCompact(0xff000000).overflow).toBe(false);
  });

  test("encoding keeps the top of a target and never exceeds it", () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const again = decodeCompact(encodeCompact(target));
        expect(again.negative || again.overflow).toBe(false);
        expect(again.target <= target).toBe(true);
        // Three mantissa bytes, of which the top one may be empty to keep the sign bit clear.
        expect((target - again.target) << 15n <= target).toBe(true);
        expect(encodeCompact(again.target)).toBe(encodeCompact(target));
      }),
    );
  });

  test("any 32 bits decode to a number of 256 bits", () => {
    fc.assert(
      fc.property(anyBits, (bits) => {
        const { target } = decodeCompact(bits);
        expect(target >= 0n && target <= MAX_TARGET).toBe(true);
      }),
    );
  });
});

describe("block work", () => {
  test("a lower target is never less work", () => {
    fc.assert(
      fc.property(anyTarget, anyTarget, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        fc.pre(low >= 1n);
        const work = (target: bigint) => blockWork({ version: 4, bits: encodeCompact(target) });
        expect(work(low) >= work(high)).toBe(true);
      }),
    );
  });

  test("values", () => {
    expect(blockWork({ version: 4, bits: 0x1d00ffff })).toBe(0x100010001n);
    expect(blockWork({ version: 4, bits: 0x207fffff })).toBe(2n);
    for (const bits of [0, 0x04923456, 0xff123456]) expect(blockWork({ version: 4, bits })).toBe(0n);
    for (const bits of [0, 0x1d00ffff]) expect(blockWork({ version: 100, bits })).toBe(1n << 40n);
    expect(blockWork({ version: -1, bits: 0x207fffff })).toBe(2n);
  });
});

test("a hash is a number whose display form reads from the most significant digit", () => {
  fc.assert(
    fc.property(anyTarget, (number) => {
      expect(hashToNumber(fromDisplayHash(number.toString(16).padStart(64, "0")))).toBe(number);
    }),
  );
});
