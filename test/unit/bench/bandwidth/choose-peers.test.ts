import { expect, test } from "bun:test";
import { apiPortsOf, choosePeers } from "../../../../src/bench/index.ts";

test("a few of many, none twice", () => {
  const all = Array.from({ length: 200 }, (_, index) => `8.8.1.${index}`);
  const chosen = choosePeers(apiPortsOf(all, true)).map(({ host }) => host);
  expect(new Set(chosen).size).toBe(12);
  for (const host of chosen) expect(all).toContain(host);
});
