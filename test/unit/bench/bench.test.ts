import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  BENCH_MIGRATION,
  BenchHistory,
  BUILT_IN_PROFILES,
  benchReportJsonSchema,
  benchReportSchema,
  builtInProfile,
  compareReports,
  isSolidState,
  judge,
  type Measured,
  parseTierProfile,
  prometheusText,
  testFileBytes,
} from "../../../src/bench/index.ts";
import { openDatabase } from "../../../src/platform/sqlite/index.ts";
import { facts, GIB, LINE, latency, measured, report, today } from "./reports.ts";

describe("verdict", () => {
  test("everything passes, bandwidth is said to be missing", () => {
    const verdict = judge(today, measured());
    expect(verdict).toMatchObject({ tier: "STRATUS", nextTier: null, blocking: [], complete: false });
    expect(verdict.notMeasured).toEqual(["bandwidth"]);
    expect(verdict.tiers.map(({ eps }) => eps)).toEqual([400, 800, 1600]);
  });

  test.each<[string, Measured, string | null, string[]]>([
    ["processors", measured({ usableProcessors: 8 }), "NIMBUS", ["processors"]],
    ["memory just below", measured({ usableMemoryBytes: 61 * GIB - 1 }), "NIMBUS", ["memory"]],
    ["memory just enough", measured({ usableMemoryBytes: 61 * GIB }), "STRATUS", []],
    ["slow processors", measured({}, 90), "NIMBUS", ["eps"]],
    ["very slow processors", measured({}, 59), null, ["eps"]],
    ["slow disk", measured({}, 100, 400e6), "NIMBUS", ["diskWrite"]],
    ["small in all", measured({ usableProcessors: 2, usableMemoryBytes: GIB }), null, ["processors", "memory"]],
  ])("%s", (_, machine, tier, blocking) => {
    const verdict = judge(today, machine);
    expect(verdict.tier).toBe(tier);
    expect(verdict.blocking).toEqual(blocking);
  });

  test("margins", () => {
    const [processors, eps] = judge(today, measured()).tiers[0]?.requirements ?? [];
    expect(processors).toMatchObject({ name: "processors", required: 4, measured: 16, margin: 3, result: "pass" });
    expect(eps?.margin).toBeCloseTo(400 / 240 - 1, 10);
  });

  test("areas that were left out decide nothing", () => {
    const verdict = judge(today, { ...measured({ usableMemoryBytes: 1 }), areas: ["cpu"], disk: null });
    expect(verdict.tier).toBe("STRATUS");
    expect(verdict.notMeasured).toEqual(["memory", "storage", "solidState", "diskWrite", "bandwidth"]);
  });

  test("the slower direction of the line decides", () => {
    const verdict = judge(today, { ...measured(), bandwidth: LINE });
    expect(verdict).toMatchObject({ tier: "NIMBUS", nextTier: "STRATUS", blocking: ["bandwidth"], complete: true });
    const line = verdict.tiers[1]?.requirements.find(({ name }) => name === "bandwidth");
    expect(line).toMatchObject({ required: 50e6, measured: 60e6, result: "pass" });
    expect(line?.margin).toBeCloseTo(0.2, 10);
  });

  test("without a number the reason stands at the requirement", () => {
    const line = judge(today, measured()).tiers[0]?.requirements.find(({ name }) => name === "bandwidth");
    expect(line).toMatchObject({ measured: null, margin: null, result: "not measured", note: "no peer" });
  });

  test("rates at another limit of the prime search are no EPS", () => {
    const machine = measured();
    const verdict = judge(today, { ...machine, cpu: machine.cpu && { ...machine.cpu, maxPrime: 10_000 } });
    expect(verdict.notMeasured).toEqual(["eps", "bandwidth"]);
    expect(verdict.tiers[0]?.eps).toBeNull();
  });

  test("nothing measured is no tier", () => {
    expect(judge(today, { ...measured(), areas: [], cpu: null, disk: null }).tier).toBeNull();
  });

  test("a disk is judged by its latency first", () => {
    const { disk } = measured();
    expect(isSolidState(facts({ diskRotational: true }), disk)).toBe(true);
    expect(isSolidState(facts({ diskRotational: true }), null)).toBe(false);
    expect(isSolidState(facts({ diskRotational: null }), null)).toBeNull();
    const slow = disk && { ...disk, randomRead4k: { ...latency, p50Millis: 6 } };
    expect(isSolidState(facts({ diskRotational: false }), slow)).toBe(false);
  });

  test("a better machine never reaches a lower tier", () => {
    const rank = (machine: Measured) => today.tiers.findIndex(({ name }) => name === judge(today, machine).tier);
    const machine = fc.record({
      processors: fc.integer({ min: 1, max: 32 }),
      memory: fc.integer({ min: 1, max: 128 }),
      rate: fc.integer({ min: 1, max: 300 }),
    });
    const of = (m: { processors: number; memory: number; rate: number }) =>
      measured({ usableProcessors: m.processors, usableMemoryBytes: m.memory * GIB }, m.rate);
    fc.assert(
      fc.property(machine, machine, (a, b) => {
        const best = {
          processors: Math.max(a.processors, b.processors),
          memory: Math.max(a.memory, b.memory),
          rate: Math.max(a.rate, b.rate),
        };
        expect(rank(of(best))).toBeGreaterThanOrEqual(rank(of(a)));
      }),
    );
  });
});

describe("profiles", () => {
  test("built in ones are valid and rise from tier to tier", () => {
    for (const profile of BUILT_IN_PROFILES) {
      expect(parseTierProfile(JSON.stringify(profile), "x")).toEqual(profile);
      const rising = profile.tiers.map(({ memoryBytes }) => memoryBytes ?? 0);
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    }
  });

  test("figures of 2021", () => {
    const { tiers } = builtInProfile("whitepaper-2021");
    expect(tiers.map(({ processors }) => processors)).toEqual([2, 4, 8]);
    expect(tiers.map(({ eps }) => eps)).toEqual([null, 200, 400]);
    expect(tiers.map(({ solidState }) => solidState)).toEqual([false, true, true]);
  });

  const [cumulus] = today.tiers;
  const cases: [string, unknown, RegExp][] = [
    ["a missing field", { ...today, tiers: [{ ...cumulus, eps: undefined }] }, /tiers\.0\.eps/],
    ["an unknown field", { ...today, colour: 1 }, /colour/],
    ["no tiers", { ...today, tiers: [] }, /tiers/],
    ["a negative size", { ...today, tiers: [{ ...cumulus, memoryBytes: -1 }] }, /memoryBytes/],
    ["twins", { ...today, tiers: [cumulus, cumulus] }, /same name/],
    ["eps without processors", { ...today, tiers: [{ ...cumulus, processors: null }] }, /processors/],
  ];
  test.each(cases)("refused: %s", (_, value, message) => {
    expect(() => parseTierProfile(JSON.stringify(value), "p.json")).toThrow(message);
  });

  test("refused: not JSON, unknown name", () => {
    expect(() => parseTierProfile("{", "p.json")).toThrow(/p\.json/);
    expect(() => builtInProfile("nope")).toThrow(/nope/);
  });
});

test("the test file never takes more than half of the free space and leaves a reserve", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 42 }), (free) => {
      try {
        const bytes = testFileBytes(GIB, free, "/data");
        expect(bytes).toBeLessThanOrEqual(Math.min(GIB, free / 2));
        expect(free - bytes).toBeGreaterThanOrEqual(512 * 2 ** 20);
      } catch (error) {
        expect(error).toMatchObject({ code: "disk-too-full", kind: "refused" });
        expect(free).toBeLessThan(577 * 2 ** 20);
      }
    }),
  );
});

test("history keeps, lists and compares", () => {
  const database = openDatabase(":memory:", { applicationId: 7, migrations: [BENCH_MIGRATION] });
  const history = new BenchHistory(database);
  const [first, second] = [history.add(report(100)), history.add(report(150))];
  expect([first.id, second.id]).toEqual([1, 2]);
  expect(history.list(10).map(({ id }) => id)).toEqual([2, 1]);
  expect(history.get(1)).toEqual(first);
  expect(() => history.get(3)).toThrow(/no benchmark 3/);
  const change = compareReports(first, second).find(({ name }) => name === "cpuSingleThread");
  expect(change).toMatchObject({ before: 100, after: 150, ratio: 1.5, unit: "eventsPerSecond" });
  const faster = { ...LINE, downloadBitsPerSecond: 200e6 };
  const lines = compareReports({ ...first, bandwidth: LINE }, { ...second, bandwidth: faster });
  expect(lines.find(({ name }) => name === "bandwidthDownload")).toMatchObject({ ratio: 2, unit: "bitsPerSecond" });
  expect(compareReports({ ...first, cpu: null }, second).some(({ name }) => name.startsWith("cpu"))).toBe(false);
  database.close();
});

test("the text for Prometheus", () => {
  const text = prometheusText({ ...report(), bandwidth: LINE });
  expect(text).toContain("fluxnode_bench_bandwidth_upload_bits_per_second 60000000\n");
  expect(text).toContain("fluxnode_bench_bandwidth_latency_seconds 0.02\n");
  expect(text).toContain("fluxnode_bench_cpu_single_thread_events_per_second 100\n");
  expect(text).toContain('fluxnode_bench_tier_reached{profile="operators-2026",tier="STRATUS"} 1\n');
  expect(text).toContain(
    'fluxnode_bench_info{version="0.1.0",workload="1",profile="operators-2026",quick="false",scheduled="false"} 1\n',
  );
  const named = text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^# TYPE /, "").replace(/[{ ].*/, ""));
  const groups = named.filter((name, index) => name !== named[index - 1]);
  expect(new Set(groups).size, "samples of a metric stand together").toBe(groups.length);
  for (const name of groups) expect(text.split(`# TYPE ${name} gauge\n${name}`).length, name).toBe(2);
  for (const line of text.trimEnd().split("\n")) expect(line).toMatch(/^(# TYPE \w+ gauge|\w+(\{.*\})? [0-9.e+-]+)$/);
});

test("the published schema is the one in use", () => {
  const published = readFileSync(join(import.meta.dir, "../../../docs/generated/bench.schema.json"), "utf8");
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(benchReportJsonSchema())));
  expect(benchReportSchema.parse(report())).toEqual(report());
  const measuredLine = { ...report(), bandwidth: LINE };
  expect(benchReportSchema.parse(measuredLine)).toEqual(measuredLine);
});
