import { expect, test } from "bun:test";
import fc from "fast-check";
import { findProof, IntervalCounter, isProof, meanDeviation, median, rateOf } from "../../../../src/bench/index.ts";

test("bytes fall into the interval in which they came", () => {
  const counter = new IntervalCounter(100, 3);
  expect(counter.intervals(0)).toEqual([]);
  counter.add(1, 1000);
  counter.add(2, 1099.9);
  counter.add(4, 1100);
  counter.add(8, 1250);
  expect(counter.intervals(1250)).toEqual([3, 4]);
  counter.add(16, 1300);
  expect(counter.intervals(5000)).toEqual([3, 4, 8]);
  expect([counter.total, counter.startedAt, counter.endsAt]).toEqual([31, 1000, 1300]);
});

test("nothing is lost or counted twice before the end", () => {
  const arrival = fc.tuple(fc.nat({ max: 1e6 }), fc.nat({ max: 50 }));
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1 }), (arrivals) => {
      const counter = new IntervalCounter(100, 100_000);
      let now = 5;
      for (const [bytes, pause] of arrivals) {
        now += pause;
        counter.add(bytes, now);
      }
      const sum = counter.intervals(now + 100).reduce((total, count) => total + count, 0);
      expect(sum).toBe(counter.total);
    }),
  );
});

test("median and mean deviation", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(meanDeviation([1, 2, 3])).toBeCloseTo(2 / 3, 12);
  expect(meanDeviation([5])).toBe(0);
});

test("the warm-up does not count, and too little is no rate", () => {
  expect(rateOf([1, 1, 100, 200, 300], 2, 3, 100)).toEqual({ bitsPerSecond: 16_000, seconds: 600 / 2000 });
  expect(rateOf([1, 1, 100, 200], 2, 3, 100)).toBeNull();
});

test("a proof fits its token only", () => {
  const challenge = { token: "abc", difficultyBits: 12, expiresSeconds: 60 };
  const proof = findProof(challenge);
  expect(isProof("abc", proof, 12)).toBe(true);
  expect(isProof("abd", proof, 12)).toBe(false);
  expect(isProof("abc", `${proof}0`, 12)).toBe(false);
  expect(isProof("anything", "", 0)).toBe(true);
});
