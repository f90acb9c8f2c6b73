import { expect, test } from "bun:test";
import { BENCH_MIGRATION, BenchHistory, differences } from "../../../src/bench/index.ts";
import { openDatabase } from "../../../src/platform/sqlite/index.ts";
import { report } from "./reports.ts";

function database() {
  return openDatabase(":memory:", { applicationId: 7, migrations: [BENCH_MIGRATION] });
}

test("runs that another version wrote, or that are damaged, hide no others", () => {
  const opened = database();
  const history = new BenchHistory(opened);
  history.add(report());
  const insert = opened.prepare(
    "INSERT INTO bench_runs (time, program_version, workload_version, report) VALUES ('', '', 9, ?)",
  );
  insert.run(JSON.stringify({ ...report(), format: 99 }));
  insert.run("{");
  history.add(report());
  expect(history.list(10).map(({ id }) => id)).toEqual([4, 1]);
  for (const id of [2, 3]) expect(() => history.get(id)).toThrow(`benchmark ${id} cannot be read`);
  opened.close();
});

test("a run that cannot be kept is not lost", () => {
  const opened = database();
  const history = new BenchHistory(opened);
  expect(history.keep(report()).id).toBe(1);
  opened.exec("PRAGMA query_only = 1");
  const { id, warnings } = history.keep(report());
  expect(id).toBeNull();
  expect(warnings).toEqual([expect.stringContaining("not kept in the history")]);
  opened.close();
});

test("what makes two runs differ beside the machine", () => {
  const base = report();
  expect(differences(base, { ...base, id: 2, time: "2026-09-02T10:00:00.000Z", programVersion: "0.2.0" })).toEqual([]);
  const { cpu, disk } = base;
  if (!cpu || !disk) throw new Error("not measured");
  expect(differences(base, { ...base, workloadVersion: 9 })).toEqual(["workload version: 1 and 9"]);
  expect(differences(base, { ...base, indicative: true })).toEqual(["length: full and quick"]);
  expect(differences({ ...base, scheduled: true }, base)).toEqual(["priority: low (scheduled) and usual"]);
  expect(differences(base, { ...base, cpu: { ...cpu, threads: 2, maxPrime: 10_000 } })).toEqual([
    "--max-prime: 60000 and 10000",
    "threads: 16 and 2",
  ]);
  expect(differences(base, { ...base, cpu: null, disk: { ...disk, fileBytes: 5 } })).toEqual([
    "bytes of the test file: 1073741824 and 5",
  ]);
  expect(differences(base, { ...base, profile: { ...base.profile, name: "mine" } })).toEqual([
    "tiers: operators-2026 and mine",
  ]);
});
