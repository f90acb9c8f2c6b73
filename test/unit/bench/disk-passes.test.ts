import { describe, expect, test } from "bun:test";
import { inPasses, type MachineFacts, warningsAbout } from "../../../src/bench/index.ts";
import { facts, measured } from "./reports.ts";

/** A disk whose passes take so long, and which stops when its time is over. */
function disk(bytes: number, ...passSeconds: number[]) {
  const limits: number[] = [];
  const pass = (limit: number) => {
    const wanted = passSeconds[limits.length] as number;
    limits.push(limit);
    const seconds = Math.min(limit, wanted);
    return { bytes: (bytes * seconds) / wanted, seconds };
  };
  return { limits, pass };
}

describe("passes over a file", () => {
  test("three of them, and the median counts", () => {
    const { pass, limits } = disk(1200, 1, 4, 2);
    expect(inPasses(20, pass)).toEqual({
      bytes: 3600,
      seconds: 7,
      bytesPerSecond: 600,
      bytesPerSecondOfPasses: [1200, 300, 600],
    });
    expect(limits).toEqual([20, 19, 15]);
  });

  test("no pass is begun that would not fit", () => {
    expect(inPasses(20, disk(1200, 12).pass).bytesPerSecondOfPasses).toEqual([100]);
    expect(inPasses(20, disk(1200, 8, 8).pass).bytesPerSecond).toBe(150);
  });

  test("a slow disk stops at the end of the time", () => {
    expect(inPasses(20, disk(1200, 40).pass)).toMatchObject({ bytes: 600, seconds: 20, bytesPerSecond: 30 });
    expect(inPasses(20, disk(1200, 6, 60).pass).seconds).toBe(20);
  });

  test("passes that differ by more than a factor of two are told", () => {
    const about = (rates: number[]) => {
      const { disk } = measured();
      if (!disk) throw new Error("no disk");
      const writeFdatasync = { ...disk.writeFdatasync, bytesPerSecondOfPasses: rates.map((rate) => rate * 2 ** 20) };
      const load = { loadAverage: 0, busyBefore: 0, stealBefore: 0, stealDuring: 0, othersDuring: 0 };
      return warningsAbout(facts() satisfies MachineFacts, load, { ...disk, writeFdatasync }, disk.fileBytes);
    };
    expect(about([100, 190, 150])).toEqual([]);
    expect(about([100, 210, 150])).toEqual([
      "unsteady disk: writing with fdatasync reached between 100 MiB/s and 210 MiB/s; others may use it",
    ]);
    expect(about([])).toEqual([]);
  });
});
