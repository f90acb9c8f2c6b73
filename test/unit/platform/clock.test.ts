import { expect, test } from "bun:test";
import { createClock } from "../../../src/platform/index.ts";

test("runs with the machine until it is fixed, and again afterwards", () => {
  const clock = createClock();
  expect(Math.abs(clock.now() - Date.now() / 1000)).toBeLessThan(2);
  expect(clock.mock).toBeNull();
  clock.setMock(1_700_000_000);
  expect([clock.now(), clock.mock]).toEqual([1_700_000_000, 1_700_000_000]);
  clock.setMock(0);
  expect(clock.now()).toBe(0);
  clock.setMock(null);
  expect(clock.now()).toBeGreaterThan(1_700_000_000);
});

test("takes whole seconds only", () => {
  for (const wrong of [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => createClock(wrong)).toThrow(RangeError);
  }
});

test("durations do not follow the mock time", () => {
  const clock = createClock(5);
  const begin = clock.monotonicMillis();
  Bun.sleepSync(2);
  expect(clock.monotonicMillis()).toBeGreaterThan(begin);
});
