import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RecentBlocks } from "../../../../src/chain/store/recent-blocks.ts";
import type { StoredBlock } from "../../../../src/protocol/primitives/index.ts";

const block = (size: number) => ({ raw: new Uint8Array(size), transactionCount: 1 }) as StoredBlock;

describe("recently read blocks", () => {
  test("the one that nobody asked for in the longest time goes first", () => {
    const recent = new RecentBlocks(35_000);
    for (const key of ["a", "b", "c"]) recent.add(key, block(10_000));
    recent.get("a");
    recent.add("d", block(10_000));
    expect(["a", "b", "c", "d"].map((key) => recent.get(key) !== undefined)).toEqual([true, false, true, true]);
  });

  test("a forgotten one is gone and makes room", () => {
    const recent = new RecentBlocks(25_000);
    recent.add("a", block(10_000));
    recent.add("b", block(10_000));
    recent.forget("a");
    recent.forget("never seen");
    recent.add("c", block(10_000));
    expect(["a", "b", "c"].map((key) => recent.get(key) !== undefined)).toEqual([false, true, true]);
  });

  test("never holds more than its size, and always answers with what was put in", () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 30 }), size: fc.integer({ min: 0, max: 30_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const recent = new RecentBlocks(100_000);
        const put = new Map<string, StoredBlock>();
        for (const { key, size } of steps) {
          const name = `${key}`;
          const known = recent.get(name);
          if (known) expect(known).toBe(put.get(name) as StoredBlock);
          else {
            const made = block(size);
            put.set(name, made);
            recent.add(name, made);
          }
          const held = [...put.keys()].map((each) => recent.get(each)?.raw.length ?? 0);
          expect(held.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(100_000);
        }
      }),
    );
  });
});
