// Seconds per nonce, solutions per second and memory of the Equihash solver, for each parameter set and one or two threads.
//
//   node_modules/.bin/bun test/bench/equihash-solver.ts [N,K ...]
//
// The first nonce is one of which the reference daemon knows a solution, which has to be found. A search also pays for the
// memory that the system gives out when it begins, so several nonces are timed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nativeAddon } from "../../src/platform/native/index.ts";
import { equihashSolverBytes, equihashVerify, solveEquihash } from "../../src/protocol/crypto/index.ts";

const NONCES: Readonly<Record<string, number>> = { "200,9": 6, "144,5": 3, "125,4": 3, "96,5": 200, "48,5": 20_000 };
const GIB = 2 ** 30;
const MIB = 2 ** 20;

interface Vector {
  readonly n: number;
  readonly k: number;
  readonly header: string;
  readonly nonce: string;
  readonly solution: string;
  readonly valid: boolean;
}

const vectors: Vector[] = JSON.parse(readFileSync(join(import.meta.dir, "../vectors/equihash/fluxd.json"), "utf8"));

function memoryText(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(2)} GiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

console.log(`kernel: ${nativeAddon()?.features().equihash ?? "none"}`);
console.log("set    threads  s/nonce  solutions/nonce  solutions/s  processor s/nonce      memory  resident");
const wanted = process.argv.slice(2);
for (const set of wanted.length > 0 ? wanted : Object.keys(NONCES)) {
  const [n = 0, k = 0] = set.split(",").map(Number);
  const known = vectors.find((vector) => vector.valid && vector.n === n && vector.k === k);
  if (!known) throw new Error(`no solution is recorded for ${set}`);
  const input = new Uint8Array(Buffer.from(known.header + known.nonce, "hex"));
  for (const threads of [1, 2]) {
    const maxNonces = NONCES[set] ?? 1;
    const before = process.cpuUsage();
    const start = performance.now();
    const search = solveEquihash({ parameters: { n, k }, input, target: null, threads, maxNonces });
    let resident = 0;
    const watch = setInterval(() => {
      resident = Math.max(resident, process.memoryUsage.rss());
    }, 100);
    const found = await search.result;
    clearInterval(watch);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    for (const { nonce, solution } of found) {
      const solved = input.slice();
      solved.set(nonce, 108);
      if (!equihashVerify(n, k, solved, solution)) throw new Error(`a solution for ${set} is not valid`);
    }
    const solutions = found.map(({ solution }) => Buffer.from(solution).toString("hex"));
    if (!solutions.includes(known.solution)) throw new Error(`the recorded solution for ${set} was not found`);
    const columns = [
      set.padEnd(5),
      `${threads}`.padStart(8),
      (seconds / maxNonces).toPrecision(3).padStart(8),
      (found.length / maxNonces).toFixed(2).padStart(16),
      (found.length / seconds).toPrecision(3).padStart(12),
      ((user + system) / 1e6 / maxNonces).toPrecision(3).padStart(18),
      memoryText(equihashSolverBytes({ n, k }, threads)).padStart(11),
      memoryText(resident).padStart(9),
    ];
    console.log(columns.join(" "));
  }
}
