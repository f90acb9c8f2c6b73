import { expect, test } from "bun:test";
import { RecentIds } from "../../../../src/chain/mempool/recent-ids.ts";

test("ids are remembered for as long as asked, to the second", () => {
  const recent = new RecentIds(60, 10);
  recent.add("a", 1000);
  recent.add("b", 1030);
  expect(recent.has("a", 1060)).toBe(true);
  expect(recent.has("a", 1061)).toBe(false);
  expect(recent.has("b", 1061)).toBe(true);
  expect(recent.has("c", 1061)).toBe(false);
});

test("the oldest one goes when there are too many", () => {
  const recent = new RecentIds(60, 2);
  recent.add("a", 1);
  recent.add("b", 2);
  recent.add("a", 3);
  recent.add("c", 4);
  expect(["a", "b", "c"].filter((key) => recent.has(key, 5))).toEqual(["a", "c"]);
});

test("clearing forgets everything", () => {
  const recent = new RecentIds(60, 2);
  recent.add("a", 1);
  recent.clear();
  expect(recent.has("a", 1)).toBe(false);
});
