import { describe, expect, test } from "bun:test";
import { ConfirmationStatistics } from "../../../../src/chain/mempool/confirmation-statistics.ts";
import { FeeEstimator } from "../../../../src/chain/mempool/fee-estimator.ts";
import type { MempoolEntry } from "../../../../src/chain/mempool/mempool-entry.ts";
import { entryOf } from "./entries.ts";

const RELAY_FEE = 100n;

/** Blocks that each take all waiting transactions that pay at least `threshold`, the others `late` blocks after they came. */
function mine(estimator: FeeEstimator, blocks: number, fees: readonly bigint[], threshold: bigint, late: number): void {
  let waiting: MempoolEntry[] = [];
  const start = estimator.height;
  for (let height = start; height < start + blocks; height++) {
    for (const fee of fees) {
      // Fresh coins, so that the fee alone can be the reason for a block.
      const entry = entryOf({ fee, height, coinHeight: height });
      waiting.push(entry);
      estimator.arrived(entry, true);
    }
    const mined = waiting.filter((entry) => entry.fee >= threshold || height + 1 - entry.height >= late);
    waiting = waiting.filter((entry) => !mined.includes(entry));
    for (const entry of mined) estimator.left(entry);
    estimator.blockConnected(height + 1, mined, true);
  }
}

function rateOf(fee: bigint): number {
  return Number((fee * 1000n) / BigInt(entryOf({ fee }).size));
}

describe("fee estimates", () => {
  test("there are none before enough was seen, and none for waits that are not counted", () => {
    const estimator = new FeeEstimator(RELAY_FEE);
    expect(estimator.feeRate(1)).toBeNull();
    estimator.blockConnected(1, [], true);
    mine(estimator, 500, [5000n, 5000n], 0n, 1);
    expect(estimator.feeRate(25)).not.toBeNull();
    for (const blocks of [0, 26, -1, 1000]) expect(estimator.feeRate(blocks)).toBeNull();
    expect(estimator.priority(2)).toBeNull();
  });

  test("the next block wants the fee that brought others into it; more patience costs less", () => {
    const estimator = new FeeEstimator(RELAY_FEE);
    estimator.blockConnected(1, [], true);
    const cheap = 400n;
    const dear = 20_000n;
    mine(estimator, 500, [cheap, cheap, dear, dear], 10_000n, 8);
    const next = Number(estimator.feeRate(1));
    expect(Math.abs(next / rateOf(dear) - 1)).toBeLessThan(0.01);
    expect(estimator.feeRate(7)).toBe(estimator.feeRate(1));
    const patient = Number(estimator.feeRate(8));
    expect(Math.abs(patient / rateOf(cheap) - 1)).toBeLessThan(0.01);
    for (let blocks = 2; blocks <= 25; blocks++) {
      expect(Number(estimator.feeRate(blocks))).toBeLessThanOrEqual(Number(estimator.feeRate(blocks - 1)));
    }
  });

  test("transactions that wait and wait bring the estimate down for nobody", () => {
    const estimator = new FeeEstimator(RELAY_FEE);
    estimator.blockConnected(1, [], true);
    mine(estimator, 500, [20_000n, 20_000n], 0n, 1);
    expect(estimator.feeRate(1)).not.toBeNull();
    // From now on such a fee is not enough any more.
    mine(estimator, 200, [20_000n, 20_000n], 1_000_000n, 10_000);
    expect(estimator.feeRate(1)).toBeNull();
  });

  test("free transactions of old coins tell about priorities", () => {
    const estimator = new FeeEstimator(RELAY_FEE);
    estimator.blockConnected(1, [], true);
    for (let height = 1; height < 300; height++) {
      const entry = entryOf({ fee: 0n, height, coinHeight: 0, value: 500_000_000_000n });
      estimator.arrived(entry, true);
      estimator.left(entry);
      estimator.blockConnected(height + 1, [entry], true);
    }
    expect(estimator.feeRate(2)).toBeNull();
    expect(Number(estimator.priority(2))).toBeGreaterThan(57_600_000);
  });

  test("nothing is learnt far behind, from side branches, or from what depended on others", () => {
    const estimator = new FeeEstimator(RELAY_FEE);
    estimator.blockConnected(100, [], true);
    for (let i = 0; i < 600; i++) {
      const height = 100 + i;
      const far = entryOf({ fee: 5000n, height, coinHeight: height });
      estimator.arrived(far, false);
      estimator.blockConnected(height + 1, [far], false);
      estimator.blockConnected(50, [far], true);
      estimator.blockConnected(height + 1, [{ ...far, independent: false }], true);
    }
    expect(estimator.feeRate(25)).toBeNull();
  });
});

describe("confirmation statistics", () => {
  test("go on from stored averages", () => {
    const first = new ConfirmationStatistics(100, 1e7, 1.1);
    for (let height = 1; height < 400; height++) {
      first.beginBlock(height);
      for (let i = 0; i < 4; i++) first.confirm(1, 7_700);
      first.endBlock();
    }
    const question = { target: 1, sufficient: 1, share: 0.85, side: "above", height: 399 } as const;
    expect(first.median(question)).toBeCloseTo(7_700, 6);
    const second = new ConfirmationStatistics(100, 1e7, 1.1);
    expect(second.median(question)).toBeNull();
    second.restore(first.stored());
    expect(second.median(question)).toBeCloseTo(7_700, 6);
  });

  test("a value on a bound belongs to the bucket below it, infinity has one, too", () => {
    const statistics = new ConfirmationStatistics(100, 1e7, 1.1);
    expect(statistics.arrive(1, 0)).toBe(0);
    expect(statistics.arrive(1, 100)).toBe(0);
    expect(statistics.arrive(1, 100.5)).toBe(1);
    expect(statistics.arrive(1, 110.00000000000001)).toBe(1);
    expect(statistics.arrive(1, 1e18)).toBe(statistics.bucketCount - 1);
  });
});
