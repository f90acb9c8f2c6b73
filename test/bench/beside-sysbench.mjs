// Events a second of `fluxnode bench --only cpu` beside `sysbench cpu` (Debian package), taking turns.
//   node test/bench/beside-sysbench.mjs [ROUNDS] [SECONDS] [PRIMES, by default 10000,20000,60000]
// Wants an idle machine: the two programs run after one another, so whatever else runs falls on one of them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 10);
const primes = (process.argv[4] ?? "10000,20000,60000").split(",").map(Number);
const THREADS = 2;

const folder = mkdtempSync(join(tmpdir(), "fluxnode-bench-"));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function sysbench(prime, threads) {
  const output = execFileSync("sysbench", [
    "cpu",
    `--cpu-max-prime=${prime}`,
    `--threads=${threads}`,
    `--time=${seconds}`,
    "run",
  ]).toString();
  return Number(/events per second:\s*([\d.]+)/.exec(output)[1]);
}

function fluxnode(prime) {
  const args = ["bench", "--only", "cpu", "--json", "--datadir", folder];
  const limits = ["--max-prime", `${prime}`, "--time", `${seconds}`, "--threads", `${THREADS}`];
  const { cpu } = JSON.parse(execFileSync("dist/fluxnode", [...args, ...limits]).toString());
  return { single: cpu.singleThreadEventsPerSecond, several: cpu.multiThreadEventsPerSecond };
}

console.log("| N | threads | sysbench | fluxnode | ratio |\n| --- | --- | --- | --- | --- |");
for (const prime of primes) {
  const seen = { sysbench: { single: [], several: [] }, fluxnode: { single: [], several: [] } };
  for (let round = 0; round < rounds; round++) {
    seen.sysbench.single.push(sysbench(prime, 1));
    const ours = fluxnode(prime);
    seen.fluxnode.single.push(ours.single);
    seen.fluxnode.several.push(ours.several);
    seen.sysbench.several.push(sysbench(prime, THREADS));
  }
  for (const [kind, threads] of Object.entries({ single: 1, several: THREADS })) {
    const theirs = median(seen.sysbench[kind]);
    const ours = median(seen.fluxnode[kind]);
    console.log(`| ${prime} | ${threads} | ${theirs} | ${ours.toFixed(1)} | ${(ours / theirs).toFixed(3)} |`);
  }
}
rmSync(folder, { recursive: true });
