import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, runBenchmark } from "../../../src/bench/index.ts";
import { today } from "./reports.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fluxnode-run-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A run that has nobody to measure with, and so nothing to do. */
function options(): BenchOptions {
  return {
    directory,
    profile: today,
    areas: ["bandwidth"],
    quick: true,
    threads: undefined,
    maxPrime: 60_000,
    cpuSeconds: undefined,
    bandwidth: { peers: [], known: [], whyNone: "nobody is known", streams: 4, maxTrafficBytes: null },
    programVersion: "0.0.1",
    programCommit: null,
  };
}

test("an interrupted run is no result, also where nothing was to be measured", async () => {
  const stop = new AbortController();
  const run = runBenchmark(options(), () => stop.abort(), stop.signal);
  expect(run).rejects.toMatchObject({ code: "interrupted", kind: "interrupted" });
  await run.catch(() => {});
  expect(runBenchmark(options(), () => {}, AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
});

test("test files of earlier runs are removed, whoever has their process id now", async () => {
  const ours = `.fluxnode-bench-${process.pid}-0123456789abcdef.tmp`;
  const foreign = ".fluxnode-bench-1-notes.txt";
  for (const name of [ours, foreign]) writeFileSync(join(directory, name), "");
  const report = await runBenchmark(options(), () => {}, new AbortController().signal);
  expect(report.bandwidth).toMatchObject({ status: "not measured", reason: "nobody is known" });
  expect(readdirSync(directory)).toEqual([foreign]);
});
