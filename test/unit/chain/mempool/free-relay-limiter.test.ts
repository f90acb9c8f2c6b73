import { expect, test } from "bun:test";
import { FreeRelayLimiter } from "../../../../src/chain/mempool/free-relay-limiter.ts";

const START = 1_767_400_000;

test("free transactions pass until ten minutes' allowance is used up, and again when it has decayed", () => {
  const limiter = new FreeRelayLimiter(500);
  let admitted = 0;
  while (limiter.admit(1000, START)) admitted++;
  expect(admitted).toBe(5000);
  // Refused ones do not count, so a second later 0.17 % of the window is free: eight transactions and a bit.
  let more = 0;
  while (limiter.admit(1000, START + 1)) more++;
  expect(more).toBe(9);
  let late = 0;
  while (limiter.admit(1000, START + 1 + 600)) late++;
  expect(late).toBeGreaterThan(3100);
  expect(late).toBeLessThan(3250);
});

test("the one that reaches the limit still passes", () => {
  const limiter = new FreeRelayLimiter(1);
  expect(limiter.admit(9_999, START)).toBe(true);
  expect(limiter.admit(1_000_000, START)).toBe(true);
  expect(limiter.admit(1, START)).toBe(false);
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const limiter = new FreeRelayLimiter(1);
  expect(limiter.admit(10_000, START)).toBe(true);
  expect(limiter.admit(1, START - 100_000)).toBe(false);
  expect(limiter.admit(1, START - 100_000 + 600)).toBe(true);
});
