import { describe, expect, test } from "bun:test";
import { type BenchReport, daemonBenchmarks, daemonStatus, judge } from "../../../src/bench/index.ts";
import { facts, GIB, LINE, latency, measured, report, today } from "./reports.ts";

const standing = { address: "203.0.113.9:16137", architecture: "x64", running: false, report: null, failure: null };
const NOTHING = {
  ipaddress: "203.0.113.9:16137",
  architecture: "amd64",
  armboard: "",
  time: 0,
  cores: 0,
  ram: 0,
  ssd: 0,
  hdd: 0,
  ddwrite: 0,
  totalstorage: 0,
  disksinfo: [],
  eps: 0,
  eps_singlethread: 0,
  eps_multithread: 0,
  ping: 0,
  download_speed: 0,
  upload_speed: 0,
  bench_version: "0.0.0",
  speed_version: "0.0.0",
  systemsecure: false,
};

/** A machine as in spec benchmarks.md 4.1: threads, GiB, bytes, rate of one thread, MiB/s. */
function reportOf(threads: number, memory: number, storage: number, rate: number, write: number): BenchReport {
  const machine = { usableProcessors: threads, usableMemoryBytes: memory * GIB, diskBytes: storage, diskDevice: "sda" };
  const { areas, cpu, disk } = measured({}, rate, write * 2 ** 20);
  const seen = { facts: facts(machine), areas, cpu, disk };
  const { bandwidth } = report();
  return { ...report(), ...seen, bandwidth, verdict: judge(today, { ...measured(), ...seen }) };
}

describe("the format of the benchmark daemon", () => {
  test("field by field", () => {
    const result = reportOf(4, 7.84, 222_990_000_000, 97.84, 432.374);
    expect(daemonBenchmarks({ ...standing, report: result })).toEqual({
      ipaddress: "203.0.113.9:16137",
      architecture: "amd64",
      armboard: "",
      status: "CUMULUS",
      time: Date.UTC(2026, 8, 1, 10) / 1000,
      cores: 4,
      ram: 7.8,
      ssd: 222.99,
      hdd: 0,
      ddwrite: 432.37,
      totalstorage: 222.99,
      disksinfo: [{ disk: "sda", size: 222.99, writespeed: 432.37 }],
      eps: 391.36,
      eps_singlethread: 97.84,
      eps_multithread: 1467.6,
      ping: 0,
      download_speed: 0,
      upload_speed: 0,
      bench_version: "0.1.0",
      speed_version: "0.0.0",
      systemsecure: false,
      error: "Error: bandwidth not measured: no peer",
    });
  });

  test("a measured line", () => {
    const bandwidth = {
      ...LINE,
      downloadBitsPerSecond: 883_104_678.25,
      uploadBitsPerSecond: 202_002_330.5,
      latencyMillis: 12.0461,
    };
    expect(daemonBenchmarks({ ...standing, report: { ...report(), bandwidth } })).toMatchObject({
      ping: 12.046,
      download_speed: 883.10467825,
      upload_speed: 202.0023305,
      speed_version: "0.1.0",
      error: "",
    });
  });

  test("a machine without a tier fails and says why; its EPS is that of the lowest one", () => {
    const answer = daemonBenchmarks({ ...standing, report: reportOf(2, 3, 900e9, 100, 500) });
    expect(answer).toMatchObject({ status: "failed", eps: 400 });
    expect(answer.error).toStartWith("Error: below CUMULUS: processors, memory; bandwidth not measured");
  });

  test("rotating disks count as such", () => {
    const seen = report();
    const slow = { ...seen, disk: seen.disk && { ...seen.disk, randomRead4k: { ...latency, p50Millis: 8 } } };
    expect(daemonBenchmarks({ ...standing, report: slow })).toMatchObject({ ssd: 0, hdd: 900, totalstorage: 900 });
  });

  test.each([
    ["while it runs", { running: true, report: report() }, "running", ""],
    ["before the first run", {}, "running", ""],
    ["when the only run failed", { failure: "the disk is full" }, "failed", "Error: the disk is full"],
  ])("nothing but zeros %s", (_, change, status, error) => {
    expect(daemonBenchmarks({ ...standing, ...change })).toEqual({ ...NOTHING, status, error });
    expect(daemonStatus({ ...standing, ...change })).toMatchObject({ status: "online", benchmarking: status });
  });

  test("architectures", () => {
    const named = (architecture: string) => daemonBenchmarks({ ...standing, architecture }).architecture;
    expect(["x64", "arm64", "riscv64"].map(named)).toEqual(["amd64", "arm64", ""]);
  });
});
