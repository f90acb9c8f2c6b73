// How long the executable takes for a chain, beside what the machine itself can do.
//
//   node test/bench/import.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [RUNS]
//
// Imports the file RUNS times (default 3) without and with indexes, into a fresh data directory each time, then starts a
// node on the last one until it answers. Prints medians. `openssl speed` runs beside it, so that figures of different
// machines can be set in relation.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const EXECUTABLE = join(dirname(fileURLToPath(import.meta.url)), "../../dist/fluxnode");
const [file, network, runs = "3"] = process.argv.slice(2);
if (!file || !network) {
  console.error("usage: node test/bench/import.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [RUNS]");
  process.exit(2);
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const mebibytes = (kibibytes) => Math.round(kibibytes / 1024);

/** Peak and last seen memory of a process, KiB. */
function watchMemory(pid) {
  const seen = { peak: 0, last: 0 };
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
      seen.peak = Math.max(seen.peak, field("VmHWM"));
      seen.last = field("VmRSS") || seen.last;
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    return seen;
  };
}

function folderSize(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

async function importOnce(folder, index) {
  const begin = performance.now();
  const args = ["chain", "import", file, "--json", "--network", network, "--datadir", folder, ...index];
  const child = spawn(EXECUTABLE, args, { stdio: ["ignore", "pipe", "inherit"] });
  const memory = watchMemory(child.pid);
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`import ended with ${code}`);
  return { seconds: (performance.now() - begin) / 1000, blocks: JSON.parse(text).height, ...memory() };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Seconds from the start of a node to its first answer. */
async function firstAnswer(folder) {
  const port = `${await freePort()}`;
  const begin = performance.now();
  const args = ["start", "--quiet", "--network", network, "--datadir", folder, "--rpc-port", port];
  const child = spawn(EXECUTABLE, args, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", resolve));
  for (;;) {
    const call = ["rpc", "getblockcount", "--network", network, "--datadir", folder];
    if (spawnSync(EXECUTABLE, call).status === 0) break;
  }
  const seconds = (performance.now() - begin) / 1000;
  child.kill("SIGTERM");
  await ended;
  return seconds;
}

function coldStart() {
  const times = Array.from({ length: 11 }, () => {
    const begin = performance.now();
    spawnSync(EXECUTABLE, ["version"]);
    return performance.now() - begin;
  });
  return median(times);
}

for (const index of [[], ["--index"]]) {
  const results = [];
  let size = 0;
  let start = 0;
  for (let run = 0; run < Number(runs); run++) {
    const folder = mkdtempSync(join(tmpdir(), "fluxnode-bench-"));
    try {
      results.push(await importOnce(folder, index));
      size = folderSize(folder);
      start = await firstAnswer(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const { blocks } = results[0];
  console.log(`import ${index.join(" ") || "without indexes"}, ${blocks} blocks, ${results.length} runs`);
  console.log(`  seconds          ${median(results.map((r) => r.seconds)).toFixed(1)}`);
  console.log(`  memory, end      ${mebibytes(median(results.map((r) => r.last)))} MiB`);
  console.log(`  memory, peak     ${mebibytes(median(results.map((r) => r.peak)))} MiB`);
  console.log(`  store per block  ${Math.round(size / blocks)} bytes`);
  console.log(`  first answer     ${start.toFixed(2)} s`);
}
console.log(`fluxnode version   ${coldStart().toFixed(0)} ms`);
const openssl = spawnSync("openssl", ["speed", "-seconds", "2", "ecdsap256"], { encoding: "utf8" });
const line = openssl.status === 0 ? openssl.stdout.trim().split("\n").at(-1) : "openssl is not installed";
console.log(`openssl speed      ${line}`);
