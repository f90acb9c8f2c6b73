// How many JSON-RPC requests a second the executable answers over connections that stay open, measured with wrk (Debian
// package), beside an empty handler of the runtime's own HTTP server on the same machine at the same moment.
//
//   node test/bench/rpc.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [--seconds N] [--rounds N] [--only TEXT] [--keep FOLDER]
//     [--variety N]
//
// Imports the file with indexes into a data directory, which --keep leaves there for the next time. Each row asks for
// hundreds (--variety, default 600) of different blocks, transactions or addresses in turn, spread over the chain. wrk
// takes one processor.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findBun } from "../../scripts/find-bun.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");
const EXECUTABLE = join(ROOT, "dist/fluxnode");
const SCRIPT = join(HERE, "rpc-requests.lua");
const EMPTY_HANDLER =
  'const s = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") }); console.log(s.port);';
/** Transactions of the blocks that are asked for, with the coinbase, and bytes of their answers with whole transactions. */
const TRANSACTIONS = 42;
const LARGE_ANSWER = 74_000;
const TOLERANCE = 0.1;
const ADDRESS_ENTRIES = 3000;
const STARTS = 11;
const WARM_UP_SECONDS = 3;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    keep: { type: "string" },
    variety: { type: "string", default: "600" },
  },
});
const [bootstrap, network] = positionals;
if (!bootstrap || !network) {
  console.error(
    "usage: node test/bench/rpc.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [--seconds N] [--rounds N] [--only TEXT]",
  );
  process.exit(2);
}
/** Different requests of a row at most. */
const VARIETY = Number(options.variety);
const scratch = mkdtempSync(join(tmpdir(), "fluxnode-bench-"));
const folder = options.keep ?? join(scratch, "data");

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A program whose first line on stdout matters; it is stopped by `end`. */
async function started(command, args) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const line = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (part) => {
      text += part;
      if (text.includes("\n")) resolve(text.split("\n", 1)[0]);
    });
    child.on("close", (code) => reject(new Error(`${command} ended with ${code}`)));
  });
  const end = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { line, end, pid: child.pid };
}

/** Processor time that a process has taken so far, in microseconds. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** A node on a data directory with a password of its own. */
async function startNode(datadir, ...more) {
  const args = ["start", "--json", "--listen", "off", "--network", network, "--datadir", datadir];
  const port = await freePort();
  const { end, pid } = await started(EXECUTABLE, [...args, "--rpc-port", `${port}`, ...more]);
  const shown = spawnSync("find", [datadir, "-name", ".cookie"], { encoding: "utf8" }).stdout.trim();
  const authorization = `Basic ${Buffer.from(readFileSync(shown, "utf8")).toString("base64")}`;
  return { port, authorization, end, pid };
}

function post({ port, authorization }, body) {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that was kept would have been closed while wrk was at work.
    const place = { host: "127.0.0.1", port, agent: false };
    const call = request({ ...place, method: "POST", headers: { authorization } }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve(Buffer.concat(parts)));
    });
    call.on("error", reject);
    call.end(body);
  });
}

const bodyOf = (method, params) => JSON.stringify({ method, params, id: 1 });

async function ask(node, method, ...params) {
  const { result, error } = JSON.parse(await post(node, bodyOf(method, params)));
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** Every so manieth of a list, so that `count` are left. */
function spread(list, count) {
  const step = Math.max(1, list.length / count);
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor(i * step)]);
}

/** The requests of each row, found on the chain itself. */
async function requestsOf(node) {
  const height = await ask(node, "getblockcount");
  const hashes = [];
  const usual = [];
  const txids = [];
  for (let at = 1; at <= height; at++) {
    const hash = await ask(node, "getblockhash", at);
    const { tx } = await ask(node, "getblock", hash, 1);
    hashes.push(hash);
    if (tx.length !== TRANSACTIONS) continue;
    usual.push(hash);
    txids.push(tx[1 + (at % (TRANSACTIONS - 1))]);
  }
  const large = [];
  for (const hash of spread(usual, VARIETY * 2)) {
    const { length } = await post(node, bodyOf("getblock", [hash, 2]));
    if (Math.abs(length / LARGE_ANSWER - 1) < TOLERANCE) large.push(hash);
  }
  return {
    count: [bodyOf("getblockcount", [])],
    blocks: spread(usual, VARIETY).map((hash) => bodyOf("getblock", [hash, 1])),
    large: spread(large, VARIETY).map((hash) => bodyOf("getblock", [hash, 2])),
    transactions: spread(txids, VARIETY).map((txid) => bodyOf("getrawtransaction", [txid, 1])),
    headers: spread(hashes, VARIETY).map((hash) => bodyOf("getblockheader", [hash])),
    addresses: await busyAddresses(node, hashes),
  };
}

/** Addresses with a long history, the busiest one first. */
async function busyAddresses(node, hashes) {
  const seen = new Set();
  for (const hash of spread(hashes, 100)) {
    const { tx } = await ask(node, "getblock", hash, 2);
    const outputs = tx.flatMap(({ vout }) => vout ?? []);
    for (const { scriptPubKey } of outputs) for (const address of scriptPubKey.addresses ?? []) seen.add(address);
  }
  const busy = [];
  for (const address of seen) {
    const entries = (await ask(node, "getaddressdeltas", { addresses: [address] })).length;
    if (entries >= ADDRESS_ENTRIES) busy.push({ address, entries });
  }
  return busy.sort((a, b) => b.entries - a.entries);
}

function wrk(port, connections, bodies, authorization, seconds = options.seconds) {
  const file = join(scratch, "bodies");
  writeFileSync(file, `${bodies.join("\n")}\n`);
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", SCRIPT, `http://127.0.0.1:${port}/`];
  const { stdout, stderr, status } = spawnSync("wrk", [...args, "--", file, authorization], { encoding: "utf8" });
  if (status !== 0) throw new Error(`wrk: ${stderr}`);
  const result = JSON.parse(stdout.trim().split("\n").at(-1));
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${bodies[0]}`);
  return { ...result, rate: (result.requests / result.microseconds) * 1e6 };
}

async function measure(node, baseline, [name, connections, bodies, daemon, aim]) {
  const sizes = [];
  for (const body of spread(bodies, 50)) sizes.push((await post(node, body)).length);
  const runs = [];
  const empty = [];
  // A node that runs for days is warm.
  wrk(node.port, connections, bodies, node.authorization, WARM_UP_SECONDS);
  for (let round = 0; round < Number(options.rounds); round++) {
    const before = processorTime(node.pid);
    const run = wrk(node.port, connections, bodies, node.authorization);
    runs.push({ ...run, processor: (processorTime(node.pid) - before) / run.requests });
    empty.push(wrk(baseline, connections, ["{}"], "Basic eDp5").rate);
  }
  const rate = median(runs.map((run) => run.rate));
  const beside = median(empty);
  const millis = (key) => (median(runs.map((run) => run[key])) / 1000).toFixed(2);
  const cells = [
    name,
    connections,
    bodies.length,
    `${Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length)}`,
    `${Math.round(rate)}`,
    millis("p50"),
    millis("p99"),
    `${Math.round(median(runs.map(({ processor }) => processor)))}`,
    `${daemon[0]}${daemon[1] ? ` to ${daemon[1]}` : ""}`,
    `${aim} times`,
    (rate / daemon[0]).toFixed(2) + (daemon[1] ? ` to ${(rate / daemon[1]).toFixed(2)}` : ""),
    `${Math.round(beside)}`,
    (rate / beside).toFixed(2),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** Seconds from the start of an empty node until it says that it is ready. */
async function emptyStart() {
  const times = [];
  for (let run = 0; run < STARTS; run++) {
    const datadir = mkdtempSync(join(scratch, "empty-"));
    const begin = performance.now();
    const node = await startNode(datadir);
    times.push((performance.now() - begin) / 1000);
    await node.end();
  }
  return median(times);
}

async function run() {
  if (!existsSync(folder)) {
    const args = ["chain", "import", bootstrap, "--index", "--network", network, "--datadir", folder];
    const { status } = spawnSync(EXECUTABLE, args, { stdio: "inherit" });
    if (status !== 0) throw new Error(`import ended with ${status}`);
  }
  const baseline = await started(findBun(ROOT), ["-e", EMPTY_HANDLER]);
  const node = await startNode(folder);
  try {
    const { count, blocks, large, transactions, headers, addresses } = await requestsOf(node);
    const balances = addresses.map(({ address }) => bodyOf("getaddressbalance", [address]));
    const [{ entries: most }, { entries: many }] = addresses;
    const few = addresses.at(-1).entries;
    const rows = [
      ["`getblockcount`", 4, count, [25_800], 0.6],
      ["`getblockcount`", 16, count, [29_800], 0.6],
      ["`getblock` verbosity 1, 41 transactions and the coinbase", 4, blocks, [2750, 3900], 2],
      ["`getblock` verbosity 2, the same", 4, large, [290, 420], 2],
      ["`getrawtransaction` verbose", 4, transactions, [6400], 1.5],
      ["`getblockheader`", 4, headers, [15_600], 1],
      [`\`getaddressbalance\`, ${most} entries`, 4, balances.slice(0, 1), [1300], 2],
      [`\`getaddressbalance\`, ${few} to ${many} entries`, 4, balances.slice(1), [1300], 2],
    ].filter(([name]) => name.includes(options.only));
    console.log(
      "| request | connections | different | answer, bytes | a second | p50, ms | p99, ms | processor time, µs | daemon | aim | " +
        "times the daemon | empty handler | of it |",
    );
    console.log(`|${" --- |".repeat(13)}`);
    for (const row of rows) await measure(node, Number(baseline.line), row);
  } finally {
    await node.end();
    await baseline.end();
  }
  if (options.only === "") console.log(`empty node, start until ready: ${(await emptyStart()).toFixed(3)} s`);
  console.log(
    `load average: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(", ")}`,
  );
}

try {
  await run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
