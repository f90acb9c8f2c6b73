import { describe, expect, test } from "bun:test";
import { doubtsAbout, withReport } from "../../../src/bench/index.ts";
import { type HardwareReport, readHardwareReport } from "../../../src/platform/machine/index.ts";
import { facts, GIB } from "./reports.ts";

const report: HardwareReport = {
  processorModel: "Other 1",
  threads: 16,
  cores: 8,
  memoryBytes: 64 * GIB,
  systemModel: "Maker Model",
  hypervisor: "KVM",
};

describe("facts from two sources", () => {
  test("the kernel counts, and the report fills in what is missing", () => {
    expect(withReport(facts(), report)).toMatchObject({ processorModel: "Example 9000", machineCores: 8 });
    const silent = facts({ processorModel: null, machineCores: null });
    expect(withReport(silent, report)).toMatchObject({
      processorModel: "Other 1",
      machineCores: 8,
      hypervisor: "KVM",
      systemModel: "Maker Model",
    });
    expect(withReport(silent, null)).toMatchObject({ processorModel: null, machineCores: null, systemModel: null });
  });

  test("what they contradict each other in is told", () => {
    expect(doubtsAbout(facts(), report)).toEqual([]);
    expect(doubtsAbout(facts(), { ...report, threads: 4, cores: 2, memoryBytes: 8 * GIB })).toEqual([
      "systeminformation counts 4 threads and the kernel 16; the kernel counts",
      "systeminformation counts 2 cores and the kernel 8; the kernel counts",
      "systeminformation finds 8.0 GiB of memory and the kernel 62.0 GiB; the kernel counts",
    ]);
    const nothing = { ...report, threads: null, cores: null, memoryBytes: null };
    expect(doubtsAbout(facts(), nothing)).toEqual([]);
    expect(doubtsAbout(facts(), null)).toHaveLength(1);
  });

  test("this machine is asked", async () => {
    const told = await readHardwareReport(60_000);
    expect(told?.memoryBytes).toBeGreaterThan(0);
    expect(told?.threads).toBeGreaterThan(0);
  });

  test("who waits too long gets nothing", async () => {
    expect(await readHardwareReport(0)).toBeNull();
  });
});
