import { expect, test } from "bun:test";
import fc from "fast-check";
import { Lottery, randomBelow } from "../../../../src/chain/mempool/lottery.ts";

type Step = { readonly add: number } | { readonly remove: number };

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 50 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
);

test("every key holds as many tickets as it weighs, whatever came and went before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps: Step[]) => {
      const lottery = new Lottery();
      const weights = new Map<string, number>();
      steps.forEach((each, i) => {
        if ("add" in each) {
          lottery.add(`key ${i}`, each.add);
          weights.set(`key ${i}`, each.add);
        } else if (weights.size > 0) {
          const key = [...weights.keys()][each.remove % weights.size] as string;
          lottery.remove(key);
          weights.delete(key);
        }
      });
      lottery.remove("never there");
      const drawn = new Map<string, number>();
      for (let ticket = 0; ticket < lottery.total; ticket++) {
        const key = lottery.at(ticket);
        drawn.set(key, (drawn.get(key) ?? 0) + 1);
      }
      expect(new Map([...drawn].sort())).toEqual(new Map([...weights].sort()));
    }),
  );
});

test("random numbers stay below their limit and reach everything below it", () => {
  const drawn = new Set(Array.from({ length: 500 }, () => randomBelow(7)));
  expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (let i = 0; i < 100; i++) expect(randomBelow(1)).toBe(0);
  const large = Array.from({ length: 200 }, () => randomBelow(2 ** 50));
  expect(large.every((drawn) => Number.isSafeInteger(drawn) && drawn >= 0 && drawn < 2 ** 50)).toBe(true);
  expect(Math.max(...large)).toBeGreaterThan(2 ** 48);
});
