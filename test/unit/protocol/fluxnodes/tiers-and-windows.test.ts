import { describe, expect, test } from "bun:test";
import {
  allowedAmounts,
  confirmExpiry,
  dosRemoval,
  isCurrentAmount,
  maxIpLength,
  mayUpdateAt,
  minReconfirmDistance,
  startExpiry,
  TIERS,
  tierName,
  tierOfAmount,
} from "../../../../src/protocol/fluxnodes/index.ts";
import { COIN } from "../../../../src/protocol/primitives/index.ts";
import { main, network, numberedOutpoint, record, vectors } from "./fixtures.ts";

describe("tiers", () => {
  for (const row of vectors.collateral_amounts_flux.rows) {
    test(`${row.net} ${row.height}`, () => {
      const params = network(row.net);
      const expected = [row.cumulus, row.nimbus, row.stratus] as number[][];
      for (const tier of TIERS) {
        const amounts = (expected[tier - 1] as number[]).map((amount) => BigInt(amount) * COIN);
        expect(allowedAmounts(tier, row.height, params)).toEqual(amounts);
        for (const amount of amounts) {
          expect(tierOfAmount(amount, row.height, params)).toBe(tier);
          expect(tierOfAmount(amount + 1n, row.height, params)).toBeNull();
          expect(tierOfAmount(amount - 1n, row.height, params)).toBeNull();
        }
      }
    });
  }

  test("names", () => {
    expect([0, 1, 2, 3, 4].map(tierName)).toEqual(["NONE", "CUMULUS", "NIMBUS", "STRATUS", "UNKNOWN TIER (4)"]);
  });

  test("an amount is of the time after the transition or before it", () => {
    expect([1_000n, 12_500n, 40_000n].map((coins) => isCurrentAmount(coins * COIN))).toEqual([true, true, true]);
    expect([10_000n, 25_000n, 100_000n].map((coins) => isCurrentAmount(coins * COIN))).toEqual([false, false, false]);
  });
});

describe("windows", () => {
  for (const row of vectors.window_constants_main.rows) {
    test(`main ${row.height}`, () => {
      expect(minReconfirmDistance(row.height, main)).toBe(row.update_confirm_min_distance_exclusive);
      expect(confirmExpiry(row.height, main)).toBe(row.confirm_expiration_count);
      expect(startExpiry(row.height, main)).toBe(row.start_expiration);
      expect(dosRemoval(row.height, main)).toBe(row.dos_removal);
      const node = record({ collateral: numberedOutpoint(1), ip: "1.1.1.1", lastConfirmed: row.height - 5 });
      const early = row.ip_change_min_distance_inclusive !== null;
      expect(mayUpdateAt(node, "2.2.2.2", row.height, main)).toBe(early);
      expect(mayUpdateAt({ ...node, lastConfirmed: row.height - 4 }, "2.2.2.2", row.height, main)).toBe(false);
    });
  }

  test("without a PON height only the START window is the long one", () => {
    const regtest = network("regtest");
    expect(startExpiry(100, regtest)).toBe(240);
    expect(dosRemoval(100, regtest)).toBe(180);
    expect(confirmExpiry(100, regtest)).toBe(60);
    expect(minReconfirmDistance(100, regtest)).toBe(40);
  });

  test("update height rule", () => {
    for (const row of vectors.update_confirm_window.cases) {
      const node = record({ collateral: numberedOutpoint(1), ip: "1.1.1.1", lastConfirmed: row.last_confirmed });
      const allowed = mayUpdateAt(node, row.ip_changed ? "1.1.1.2" : "1.1.1.1", row.block_height, main);
      expect({ ...row, allowed }).toEqual({ ...row, allowed: row.update_confirm_allowed });
    }
  });

  test("ip length", () => {
    for (const row of vectors.ip_length_limit.cases) expect(maxIpLength(row.benchmarkSigTime)).toBe(row.max_ip_bytes);
  });
});
