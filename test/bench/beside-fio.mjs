// Disk measurements of `fluxnode bench --only disk` beside fio (Debian package), with the same block and file sizes.
//   node test/bench/beside-fio.mjs [ROUNDS] [quick] [FOLDER]
// Wants an idle machine and a disk that nobody else uses. The two take turns, and who goes first changes from round to
// round. Before each the caches are written out and the disks have come to rest: the blocks of a file that is gone are
// discarded some seconds later, which would slow down whoever comes next.
// fluxnode goes over its file three times and reports the median, so fio writes three times as well.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const rounds = Number(process.argv[2] ?? 9);
const quick = process.argv[3] === "quick";
const base = process.argv[4] ?? tmpdir();
const FILE_MIB = quick ? 256 : 1024;
const RANDOM_SECONDS = quick ? 1.5 : 8;
const PASSES = 3;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
mkdirSync(base, { recursive: true });
const folder = mkdtempSync(join(base, "fluxnode-disk-"));

/** Bytes a second of all that fio wrote, the closing fsync included, or operations a second. */
function fio(direction, figure, options) {
  const shared = ["--name=t", `--filename=${join(folder, "fio")}`, "--ioengine=psync", "--unlink=1"];
  const output = execFileSync("fio", [...shared, `--size=${FILE_MIB}m`, "--output-format=json", ...options]);
  return JSON.parse(output.toString().replace(/^[^{]*/, "")).jobs[0][direction][figure];
}

const FIO = {
  "write, fdatasync": () =>
    fio("write", "bw_bytes", ["--rw=write", "--bs=64k", "--fallocate=none", "--end_fsync=1"]) / 2 ** 20,
  "write, O_DIRECT": () =>
    fio("write", "bw_bytes", ["--rw=write", "--bs=1m", "--fallocate=none", "--direct=1"]) / 2 ** 20,
  "random reads of 4 KiB": () =>
    fio("read", "iops", [
      ...["--rw=randread", "--bs=4k", "--direct=1", "--norandommap"],
      ...["--time_based", `--runtime=${RANDOM_SECONDS * 1000}ms`],
    ]),
};

/** All that the kernel counts of each block device; unchanged for two seconds is rest. */
const diskCounters = () => readFileSync("/proc/diskstats", "latin1");

function settle() {
  execFileSync("sync");
  for (let [before, quiet] = [diskCounters(), 0]; quiet < 4; ) {
    execFileSync("sleep", ["0.5"]);
    const now = diskCounters();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

function fluxnode() {
  const options = quick ? ["--quick"] : [];
  const output = execFileSync("dist/fluxnode", ["bench", "--only", "disk", ...options, "--json", "--datadir", folder]);
  const { disk } = JSON.parse(output.toString());
  if (disk.fileBytes !== FILE_MIB * 2 ** 20) throw new Error("too little space for a file of the same size");
  return {
    "write, fdatasync": disk.writeFdatasync.bytesPerSecond / 2 ** 20,
    "write, O_DIRECT": disk.writeDirect.bytesPerSecond / 2 ** 20,
    "random reads of 4 KiB": disk.randomRead4k.operationsPerSecond,
  };
}

const names = Object.keys(FIO);
const seen = { fio: new Map(names.map((name) => [name, []])), fluxnode: new Map(names.map((name) => [name, []])) };
const turns = {
  fio() {
    for (const [name, run] of Object.entries(FIO)) {
      settle();
      seen.fio.get(name).push(name.startsWith("write") ? median(Array.from({ length: PASSES }, run)) : run());
    }
  },
  fluxnode() {
    settle();
    for (const [name, value] of Object.entries(fluxnode())) seen.fluxnode.get(name).push(value);
  },
};

try {
  console.log(`${rounds} rounds, file of ${FILE_MIB} MiB, load ${loadavg()[0].toFixed(2)} at the start`);
  for (let round = 0; round < rounds; round++) {
    for (const who of round % 2 === 0 ? ["fio", "fluxnode"] : ["fluxnode", "fio"]) turns[who]();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const spread = (values) => `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
console.log("| | fio | its runs | fluxnode | its runs | ratio |\n| --- | --- | --- | --- | --- | --- |");
for (const name of names) {
  const [theirs, ours] = [seen.fio.get(name), seen.fluxnode.get(name)];
  const columns = [median(theirs).toFixed(0), spread(theirs), median(ours).toFixed(0), spread(ours)];
  console.log(`| ${name} | ${columns.join(" | ")} | ${(median(ours) / median(theirs)).toFixed(3)} |`);
}
console.log(`load ${loadavg()[0].toFixed(2)} at the end`);
