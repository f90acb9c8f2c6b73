import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  ancestorAt,
  type ChainEntry,
  decodeCompact,
  digishieldBits,
  encodeCompact,
  lwma3NextBits,
  lwmaNextBits,
  medianTimePast,
  nextPonBits,
  nextPowBits,
  ponBits,
} from "../../../../src/protocol/rules/index.ts";

const main = builtInNetwork("main") as NetworkParams;
const testNetwork = builtInNetwork("test") as NetworkParams;
const regtest = builtInNetwork("regtest") as NetworkParams;

const HASH = new Uint8Array(32);
const START = 1_600_000_000;

/** Blocks up to `tipHeight`, made only as far back as `length`. */
function chainOf(
  tipHeight: number,
  length: number,
  block: (height: number, index: number) => { time: number; bits: number },
): ChainEntry {
  let tip: ChainEntry | null = null;
  for (let i = 0; i < length; i++) {
    const height = tipHeight - length + 1 + i;
    tip = { height, version: 4, hash: HASH, parent: tip, ...block(height, i) };
  }
  return tip as ChainEntry;
}

const steady = (tipHeight: number, spacing: number, bits: number) =>
  chainOf(tipHeight, 120, (_, i) => ({ time: START + spacing * i, bits }));

const hex = (bits: number) => bits.toString(16).padStart(8, "0");

describe("worked numbers of the specification (main)", () => {
  test.each([
    [0x1d00ffff, 3570, "1d012fee"],
    [0x1c05a3f4, 918, "1c04ddc3"],
    [0x1c387f6f, 5814, "1c4a8e0f"],
    [0x1f07ffff, 2055491, "1f07ffff"],
  ])("Digishield %p, %p s", (bits, timespan, expected) => {
    expect(hex(digishieldBits(decodeCompact(bits).target, timespan, main))).toBe(expected);
  });

  test.each([
    [120, "1d00fffe", "1d00fffe"],
    [60, "1c7fff7f", "1d00ab84"],
    [400, "1d035551", "1d017ffe"],
  ])("LWMA and LWMA3, %p s apart", (spacing, lwma, lwma3) => {
    const tip = steady(200_000, spacing, 0x1d00ffff);
    expect(hex(lwmaNextBits(tip, main))).toBe(lwma);
    expect(hex(lwma3NextBits(tip, main))).toBe(lwma3);
  });

  test("LWMA and LWMA3 with times out of order", () => {
    const tip = chainOf(200_000, 100, (_, i) => ({ time: START + 120 * i - (i % 2) * 500, bits: 0x1d00ffff }));
    expect(hex(lwmaNextBits(tip, main))).toBe("1d010431");
    expect(hex(lwma3NextBits(tip, main))).toBe("1d00fc47");
  });

  test.each([
    [870, "1f0bfffe"],
    [100, "1f099998"],
    [696, "1f099998"],
    [900, "1f0c69ed"],
    [1087, "1f0efe3a"],
    [5000, "1f0efe3a"],
  ])("PON, timespan %p s", (timespan, expected) => {
    expect(hex(ponBits(decodeCompact(0x1f0bffff).target, timespan, main))).toBe(expected);
  });
});

describe("which algorithm applies", () => {
  const limit = 0x1f07ffff;
  const at = (parentHeight: number, params = main, bits = 0x1d00ffff, spacing = 60) =>
    hex(nextPowBits(steady(parentHeight, spacing, bits), params));

  test("nothing before there is a window", () => {
    expect(nextPowBits(null, main)).toBe(limit);
    const early = (height: number) => chainOf(height, height + 1, (h) => ({ time: START + 60 * h, bits: 0x1d00ffff }));
    expect(nextPowBits(early(16), main)).toBe(limit);
    expect(nextPowBits(early(17), main)).not.toBe(limit);
  });

  test("Digishield, LWMA, LWMA3 by height of the block", () => {
    const digishield = digishieldBits(decodeCompact(0x1d00ffff).target, 17 * 60, main);
    expect(at(124_998)).toBe(hex(digishield));
    expect(at(124_999)).toBe("1c7fff7f");
    expect(at(249_998)).toBe("1c7fff7f");
    expect(at(249_999)).toBe("1d00ab84");
  });

  test("61 blocks at the limit after Equihash 144,5", () => {
    expect(at(125_109)).toBe("1c7fff7f");
    expect(at(125_110)).toBe(hex(limit));
    expect(at(125_170)).toBe(hex(limit));
    expect(at(125_171)).toBe("1c7fff7f");
  });

  test("64 blocks of ramp after zelHash, the last two with a factor cut to 32 bits", () => {
    const full = decodeCompact(0x1d00ab84).target;
    const ramp = (steps: bigint) => hex(encodeCompact(full + (full >> 5n) * steps));
    expect(at(372_509)).toBe("1d00ab84");
    expect(at(372_510)).toBe(ramp(61n));
    expect(at(372_511)).toBe(ramp(60n));
    expect(at(372_570)).toBe(ramp(1n));
    expect(at(372_571)).toBe("1d00ab84");
    expect(at(372_572)).toBe(hex(limit));
    expect(at(372_573)).toBe(hex(limit));
    expect(at(372_574)).toBe("1d00ab84");
  });

  test("the product with a cut factor wraps modulo 2^256 before the limit applies", () => {
    // Slow blocks: LWMA3 gives 150 % of 0x40 * 2^224. Of that a 32nd times 2^32 is a multiple of 2^256, so the factors
    // 2^32 - 1 and 2^32 - 2 act as -1 and -2: 31/32 and 30/32 of 0x60 * 2^224 remain.
    expect(at(372_571, main, 0x1d400000, 900)).toBe("1d600000");
    expect(at(372_572, main, 0x1d400000, 900)).toBe("1d5d0000");
    expect(at(372_573, main, 0x1d400000, 900)).toBe("1d5a0000");
  });

  test("the minimum difficulty of the test networks needs a late candidate", () => {
    const tip = steady(450, 60, 0x1f0fffff);
    expect(hex(nextPowBits(tip, testNetwork, tip.time + 121))).toBe("200effff");
    expect(hex(nextPowBits(tip, testNetwork, tip.time + 120))).not.toBe("200effff");
    expect(hex(nextPowBits(tip, testNetwork))).not.toBe("200effff");
    const late = steady(300_000, 60, 0x1d00ffff);
    expect(nextPowBits(late, main, late.time + 100_000)).toBe(nextPowBits(late, main));
  });

  test("upgrades that never come count as past", () => {
    const tip = (height: number) => chainOf(height, height + 1, (h) => ({ time: START + 120 * h, bits: 0x1f0fffff }));
    expect(hex(nextPowBits(tip(30), regtest))).toBe("200f0f0f");
    expect(hex(nextPowBits(tip(69), regtest))).toBe("200f0f0f");
    expect(hex(nextPowBits(tip(74), regtest))).toBe(hex(lwma3NextBits(tip(74), regtest)));
  });
});

describe("PON targets", () => {
  const pon = (tipHeight: number, spacing: number, bits = 0x1f0bffff) =>
    nextPonBits(
      chainOf(tipHeight, 40, (_, i) => ({ time: START + spacing * i, bits })),
      main,
    );

  test("the first window runs at the start limit", () => {
    expect(hex(nextPonBits(null, main))).toBe("1f0bffff");
    expect(hex(pon(2_019_999, 30, 0x1d1afbb2))).toBe("1f0bffff");
    expect(hex(pon(2_020_028, 5))).toBe("1f0bffff");
    expect(hex(pon(2_020_029, 5))).toBe("1f099998");
    expect(hex(pon(2_020_029, 30))).toBe("1f0bfffe");
  });

  test("before PON the parent's bits are repeated", () => {
    expect(pon(2_019_998, 30, 0x1d1afbb2)).toBe(0x1d1afbb2);
  });

  test("an unusable parent target gives the limit, and so does an easier one", () => {
    for (const bits of [0, 0x04923456, 0xff123456]) expect(hex(pon(2_030_000, 30, bits))).toBe("200fffff");
    expect(hex(pon(2_030_000, 100, 0x200fffff))).toBe("200fffff");
    expect(hex(pon(2_030_000, 30, 0x01010000))).toBe("200fffff");
  });

  test("regtest starts adjusting when its window is full", () => {
    const tip = (height: number) => chainOf(height, height + 1, (h) => ({ time: START + h, bits: 0x200f0000 }));
    expect(hex(nextPonBits(tip(58), regtest))).toBe("207fffff");
    expect(hex(nextPonBits(tip(59), regtest))).toBe(hex(ponBits(decodeCompact(0x200f0000).target, 59, regtest)));
  });
});

test("every algorithm stays within its limit", () => {
  const spacing = fc.integer({ min: -600, max: 5000 });
  fc.assert(
    fc.property(fc.array(spacing, { minLength: 90, maxLength: 90 }), fc.nat({ max: 0x7ffff }), (spacings, mantissa) => {
      const bits = 0x1f000000 + mantissa;
      let time = START;
      const tip = (height: number) =>
        chainOf(height, 90, (_, i) => {
          time += spacings[i] as number;
          return { time, bits };
        });
      for (const height of [100_000, 200_000, 372_572, 400_000]) {
        expect(decodeCompact(nextPowBits(tip(height), main)).target <= main.powLimit.target).toBe(true);
      }
      expect(decodeCompact(nextPonBits(tip(2_100_000), main)).target <= main.ponLimit.target).toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe("ancestors", () => {
  const tip = chainOf(20, 21, (height) => ({ time: START + (height % 2 ? -height : height), bits: 0 }));

  test("by height", () => {
    expect(ancestorAt(tip, 20)).toBe(tip);
    expect(ancestorAt(tip, 0)?.height).toBe(0);
    expect(ancestorAt(tip, 21)).toBeNull();
    expect(ancestorAt(tip, -1)).toBeNull();
  });

  test("the median takes the upper middle of what there is", () => {
    expect(medianTimePast(ancestorAt(tip, 0) as ChainEntry)).toBe(START);
    expect(medianTimePast(ancestorAt(tip, 1) as ChainEntry)).toBe(START);
    expect(medianTimePast(ancestorAt(tip, 2) as ChainEntry)).toBe(START);
    expect(medianTimePast(ancestorAt(tip, 3) as ChainEntry)).toBe(START);
    const rising = chainOf(40, 30, (_, i) => ({ time: START + i, bits: 0 }));
    expect(medianTimePast(rising)).toBe(START + 24);
  });
});
