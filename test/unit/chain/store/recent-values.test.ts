import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RecentValues } from "../../../../src/chain/store/recent-values.ts";

const FIXED_SIZE = 500;
const value = (size: number) => new Uint8Array(size);
const recentValues = (capacity: number) => new RecentValues<Uint8Array>(capacity, ({ length }) => FIXED_SIZE + length);

describe("recently read values", () => {
  test("the one that nobody asked for in the longest time goes first", () => {
    const recent = recentValues(35_000);
    for (const key of ["a", "b", "c"]) recent.add(key, value(10_000));
    recent.get("a");
    recent.add("d", value(10_000));
    expect(["a", "b", "c", "d"].map((key) => recent.get(key) !== undefined)).toEqual([true, false, true, true]);
  });

  test("a forgotten one is gone and makes room", () => {
    const recent = recentValues(25_000);
    recent.add("a", value(10_000));
    recent.add("b", value(10_000));
    recent.forget("a");
    recent.forget("never seen");
    recent.add("c", value(10_000));
    expect(["a", "b", "c"].map((key) => recent.get(key) !== undefined)).toEqual([false, true, true]);
  });

  test("never holds more than its size, and always answers with what was put in", () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 30 }), size: fc.integer({ min: 0, max: 30_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const recent = recentValues(100_000);
        const put = new Map<string, Uint8Array>();
        for (const { key, size } of steps) {
          const name = `${key}`;
          const known = recent.get(name);
          if (known) expect(known).toBe(put.get(name) as Uint8Array);
          // Every third is put in again although it is there.
          if (!known || size % 3 === 0) {
            const made = value(size);
            put.set(name, made);
            recent.add(name, made);
          }
          const held = [...put.keys()].map((each) => recent.get(each)?.length ?? 0);
          expect(held.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(100_000);
        }
      }),
    );
  });
});
