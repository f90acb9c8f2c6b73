import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { COIN } from "../../../../src/protocol/primitives/index.ts";
import { blockSubsidy, devFundMinimum, specialPayments, tierAmount } from "../../../../src/protocol/rules/index.ts";

const main = builtInNetwork("main") as NetworkParams;
const testNetwork = builtInNetwork("test") as NetworkParams;
const regtest = builtInNetwork("regtest") as NetworkParams;

/** Height, subsidy, three tiers, rest: the tables of spec/subsidy-and-payouts.md section 5, in zatoshi. */
const MAIN: readonly (readonly [number, bigint, bigint, bigint, bigint, bigint])[] = [
  [559_999, 15_000_000_000n, 562_500_000n, 937_500_000n, 2_250_000_000n, 11_250_000_000n],
  [560_000, 15_000_000_000n, 562_500_000n, 937_500_000n, 2_250_000_000n, 11_250_000_000n],
  [657_849, 15_000_000_000n, 562_500_000n, 937_500_000n, 2_250_000_000n, 11_250_000_000n],
  [657_850, 7_500_000_000n, 281_250_000n, 468_750_000n, 1_125_000_000n, 5_625_000_000n],
  [835_553, 7_500_000_000n, 281_250_000n, 468_750_000n, 1_125_000_000n, 5_625_000_000n],
  [835_554, 7_500_000_000n, 562_500_000n, 937_500_000n, 2_250_000_000n, 3_750_000_000n],
  [1_313_199, 7_500_000_000n, 562_500_000n, 937_500_000n, 2_250_000_000n, 3_750_000_000n],
  [1_313_200, 3_750_000_000n, 281_250_000n, 468_750_000n, 1_125_000_000n, 1_875_000_000n],
  [1_968_550, 3_750_000_000n, 281_250_000n, 468_750_000n, 1_125_000_000n, 1_875_000_000n],
  [2_019_999, 3_750_000_000n, 281_250_000n, 468_750_000n, 1_125_000_000n, 1_875_000_000n],
  [2_020_000, 1_400_000_000n, 100_000_000n, 350_000_000n, 900_000_000n, 50_000_000n],
  [3_071_199, 1_400_000_000n, 100_000_000n, 350_000_000n, 900_000_000n, 50_000_000n],
  [3_071_200, 1_260_000_000n, 90_000_000n, 315_000_000n, 810_000_000n, 45_000_000n],
  [4_122_400, 1_134_000_000n, 81_000_000n, 283_500_000n, 729_000_000n, 40_500_000n],
  [7_276_000, 826_686_000n, 59_049_000n, 206_671_500n, 531_441_000n, 29_524_500n],
  [10_429_600, 602_654_094n, 43_046_721n, 150_663_523n, 387_420_489n, 21_523_361n],
  [14_634_400, 395_401_349n, 28_242_953n, 98_850_337n, 254_186_581n, 14_121_478n],
  [21_992_800, 189_119_237n, 13_508_516n, 47_279_809n, 121_576_652n, 6_754_260n],
  [23_044_000, 170_207_313n, 12_157_665n, 42_551_828n, 109_418_986n, 6_078_834n],
  [24_095_200, 170_207_313n, 12_157_665n, 42_551_828n, 109_418_986n, 6_078_834n],
  [0x7fffffff, 170_207_313n, 12_157_665n, 42_551_828n, 109_418_986n, 6_078_834n],
];

describe("block subsidy", () => {
  test.each(MAIN)("main %p", (height, subsidy, cumulus, nimbus, stratus, rest) => {
    expect(blockSubsidy(height, main)).toBe(subsidy);
    expect(tierAmount(height, 1, main)).toBe(cumulus);
    expect(tierAmount(height, 2, main)).toBe(nimbus);
    expect(tierAmount(height, 3, main)).toBe(stratus);
    expect(devFundMinimum(height, main)).toBe(rest);
  });

  test("main: premine and slow start, which skips a step in the middle", () => {
    const subsidies = [0, 1, 2, 100, 2499, 2500, 4999, 5000].map((height) => blockSubsidy(height, main));
    expect(subsidies).toEqual([
      0n,
      13_020_000n * COIN,
      6_000_000n,
      300_000_000n,
      7_497_000_000n,
      7_503_000_000n,
      15_000_000_000n,
      15_000_000_000n,
    ]);
  });

  test("main: the sum before PON, with the one-off payments", () => {
    let subsidies = 0n;
    let special = 0n;
    for (let height = 0; height < 2_020_000; height++) {
      subsidies += blockSubsidy(height, main);
      for (const payment of specialPayments(height, main)) special += payment.amount;
    }
    expect(subsidies).toBe(18_697_874_997_000_000n);
    expect(special).toBe(230_000_000n * COIN);
    expect(subsidies + special).toBe(41_697_874_997_000_000n);
  });

  test("test network", () => {
    expect(blockSubsidy(1, testNetwork)).toBe(13_020_000n * COIN);
    for (const height of [2, 799]) expect(blockSubsidy(height, testNetwork)).toBe(150n * COIN);
    for (const height of [800, 526_399]) expect(blockSubsidy(height, testNetwork)).toBe(14n * COIN);
    expect(blockSubsidy(526_400, testNetwork)).toBe(1_260_000_000n);
  });

  test("regtest pays as PON from the start, one block ahead of its interval", () => {
    for (const height of [0, 1, 98]) expect(blockSubsidy(height, regtest)).toBe(14n * COIN);
    expect(blockSubsidy(99, regtest)).toBe(1_260_000_000n);
    for (const height of [999, 5000]) expect(blockSubsidy(height, regtest)).toBe(488_149_815n);
  });

  test("without a cap on halvings there is nothing after the 64th", () => {
    const shortLived: NetworkParams = { ...main, subsidyHalvingInterval: 10 };
    expect(blockSubsidy(2500 + 639, { ...shortLived, subsidySlowStartInterval: 0 })).toBe(0n);
    expect(blockSubsidy(639, { ...shortLived, subsidySlowStartInterval: 0 })).toBe(3_750_000_000n);
    expect(blockSubsidy(640, { ...shortLived, subsidySlowStartInterval: 0 })).toBe(0n);
  });
});

describe("tier amounts", () => {
  test("PoW shares of any network are truncated products of doubles", () => {
    // The subsidies of this slow start are no round numbers; the products are rounded here with exact integers.
    const odd: NetworkParams = { ...main, subsidySlowStartInterval: 4999 };
    const step = 15_000_000_000n / 4999n;
    for (const height of [2, 77, 1234, 2498]) {
      const subsidy = blockSubsidy(height, odd);
      expect(subsidy).toBe(step * BigInt(height));
      expect(tierAmount(height, 1, odd)).toBe(truncatedProduct(subsidy, 0.0375));
      expect(tierAmount(height, 2, odd)).toBe(truncatedProduct(subsidy, 0.0625));
      expect(tierAmount(height, 3, odd)).toBe(truncatedProduct(subsidy, 0.15));
    }
  });

  test("no more than the subsidy is handed out", () => {
    fc.assert(
      fc.property(fc.nat({ max: 0x7fffffff }), (height) => {
        for (const params of [main, testNetwork, regtest]) {
          const rest = devFundMinimum(height, params);
          expect(rest >= 0n && rest <= blockSubsidy(height, params)).toBe(true);
        }
      }),
    );
  });
});

/** floor of the IEEE double nearest to integer * factor, the factor taken as the exact binary fraction it is. */
function truncatedProduct(integer: bigint, factor: number): bigint {
  const bits = new BigUint64Array(new Float64Array([factor]).buffer)[0] as bigint;
  const mantissa = (bits & ((1n << 52n) - 1n)) | (1n << 52n);
  const shift = 1075n - (bits >> 52n);
  const exact = integer * mantissa;
  // Round to 53 significant bits, ties to even, as the hardware does.
  const excess = BigInt(exact.toString(2).length - 53);
  if (excess <= 0n) return exact >> shift;
  const unit = 1n << excess;
  let rounded = exact / unit;
  const left = exact % unit;
  if (left * 2n > unit || (left * 2n === unit && rounded % 2n === 1n)) rounded++;
  return (rounded * unit) >> shift;
}
