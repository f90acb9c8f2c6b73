// How a node answers while it syncs, and how long the sync takes beside an import of the same blocks.
//
//   node test/bench/answers-while-syncing.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [ROUNDS]
//
// Node A has the chain of the file, node B is empty and connects to A over loopback. Each round (default 3) takes turns between
// an import of the file into a fresh directory, a sync that nobody disturbs, and a sync during which two clients ask B
// `getblockcount`: one over and over on a connection that stays open, one every 20 ms whether or not the answer before has
// come (a node that stands still is then asked as often as one that works, so no slow moment is left out). Prints the
// durations, and of the answers of all rounds the percentiles in milliseconds.
//
// EXECUTABLE in the environment names another build to measure.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const EXECUTABLE = process.env.EXECUTABLE ?? join(dirname(fileURLToPath(import.meta.url)), "../../dist/fluxnode");
const EVERY_MILLIS = 20;
const [file, network, rounds = "3"] = process.argv.slice(2);
if (!file || !network) {
  console.error("usage: node test/bench/answers-while-syncing.mjs BOOTSTRAP.DAT[.gz] NETWORK.json [ROUNDS]");
  process.exit(2);
}
const networkName = JSON.parse(readFileSync(network, "utf8")).name;
const running = new Set();
const folders = new Set();

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const sum = (values) => values.reduce((total, value) => total + value, 0);

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "fluxnode-bench-"));
  folders.add(folder);
  return folder;
}

function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function launch(args) {
  const child = spawn(EXECUTABLE, args, { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const process = { child, text: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    process.text += text;
  });
  process.ended = new Promise((resolve) =>
    child.on("close", (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  return process;
}

/** Memory and processor time of a process, MiB and seconds. */
function usage(pid) {
  const field = (name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  const times = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).map(Number);
  return { peak: field("VmHWM") / 1024, last: field("VmRSS") / 1024, processor: sum(times) / 100 };
}

async function importInto(folder) {
  const begin = performance.now();
  const args = ["chain", "import", file, "--json", "--network", network, "--datadir", folder];
  const { ended } = launch(args);
  if ((await ended) !== 0) throw new Error("the import failed");
  return (performance.now() - begin) / 1000;
}

/** One connection that stays open, for one question at a time. */
class Client {
  constructor(port, cookie) {
    const body = '{"method":"getblockcount","params":[],"id":1}';
    const credentials = Buffer.from(cookie).toString("base64");
    this.request = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${credentials}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.received = "";
    this.socket.setEncoding("latin1").on("data", (text) => {
      this.received += text;
      this.look();
    });
    this.socket.on("error", (error) => this.waiting?.reject(error));
    this.socket.on("close", () => this.waiting?.reject(new Error("the connection was closed")));
  }

  look() {
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.received)?.[1]);
    if (this.received.length < end + 4 + length) return;
    const status = this.received.slice(9, 12);
    const { result, error } = JSON.parse(this.received.slice(end + 4, end + 4 + length));
    this.received = "";
    const { resolve, reject, begin } = this.waiting;
    this.waiting = null;
    if (status === "200") resolve({ height: result, millis: performance.now() - begin });
    else reject(new Error(`answer ${status} ${JSON.stringify(error)}`));
  }

  ask() {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject, begin: performance.now() };
      this.socket.write(this.request);
    });
  }

  close() {
    this.waiting = null;
    this.socket.destroy();
  }
}

async function startNode(folder, args) {
  const rpcPort = await freePort();
  const p2pPort = await freePort();
  const place = [
    "--network",
    network,
    "--datadir",
    folder,
    "--rpc-port",
    `${rpcPort}`,
    "--listen",
    `127.0.0.1:${p2pPort}`,
  ];
  const node = launch(["start", ...place, ...args]);
  while (!/\n\}?\n?$/.test(node.text)) await Promise.race([pause(5), node.ended]);
  const cookie = readFileSync(join(folder, networkName, ".cookie"), "utf8");
  return { ...node, pid: node.child.pid, p2pPort, client: () => new Client(rpcPort, cookie) };
}

async function stopNode(node) {
  node.child.kill("SIGTERM");
  await node.ended;
}

/** Asks over and over on one connection until told to stop. */
async function askOverAndOver(node, stop) {
  const client = node.client();
  const times = [];
  while (!stop.now) times.push((await client.ask()).millis);
  client.close();
  return times;
}

/** Asks every 20 ms; a question that finds all connections busy gets a new one. */
async function askRegularly(node, stop) {
  const idle = [node.client()];
  const all = [...idle];
  const answers = [];
  let worstLateness = 0;
  const begin = performance.now();
  for (let asked = 0; !stop.now; asked++) {
    const due = begin + asked * EVERY_MILLIS;
    await pause(Math.max(0, due - performance.now()));
    worstLateness = Math.max(worstLateness, performance.now() - due);
    const client = idle.pop() ?? node.client();
    if (!all.includes(client)) all.push(client);
    const answer = client.ask();
    answers.push(answer);
    answer.then(() => idle.push(client));
  }
  const times = (await Promise.all(answers)).map(({ millis }) => millis);
  for (const client of all) client.close();
  return { times, worstLateness };
}

/** Lets a fresh node fetch the chain of another; with `disturbed` it is asked questions meanwhile. */
async function sync(from, height, disturbed) {
  const folder = temporaryFolder();
  const begin = performance.now();
  const spentBefore = usage(from.pid).processor;
  const node = await startNode(folder, ["--connect", `127.0.0.1:${from.p2pPort}`]);
  const stop = { now: false };
  const asking = disturbed ? [askOverAndOver(node, stop), askRegularly(node, stop)] : [];
  const looker = node.client();
  while ((await looker.ask()).height < height) await pause(25);
  const seconds = (performance.now() - begin) / 1000;
  stop.now = true;
  const [closed = [], open = { times: [], worstLateness: 0 }] = await Promise.all(asking);
  looker.close();
  const used = usage(node.pid);
  const serving = usage(from.pid).processor - spentBefore;
  await stopNode(node);
  removeFolder(folder);
  return { seconds, closed, open: open.times, lateness: open.worstLateness, ...used, serving };
}

function percentiles(name, times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1).padStart(7);
  const above = sorted.filter((time) => time > 50).length;
  console.log(
    `${name.padEnd(22)} p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)}  p99.9 ${at(0.999)}  max ${at(1)}  (${sorted.length} answers, ${above} above 50 ms)`,
  );
}

try {
  const source = temporaryFolder();
  await importInto(source);
  const from = await startNode(source, []);
  const asker = from.client();
  const { height } = await asker.ask();
  asker.close();
  const imports = [];
  const quiet = [];
  const asked = [];
  for (let round = 0; round < Number(rounds); round++) {
    const folder = temporaryFolder();
    imports.push(await importInto(folder));
    removeFolder(folder);
    quiet.push(await sync(from, height, false));
    asked.push(await sync(from, height, true));
  }
  await stopNode(from);
  const list = (values) => values.map((value) => value.toFixed(1)).join(", ");
  const seconds = (results) => results.map((result) => result.seconds);
  console.log(`${height} blocks, ${rounds} rounds`);
  console.log(`import, seconds        ${median(imports).toFixed(1)}  (${list(imports)})`);
  console.log(`sync, seconds          ${median(seconds(quiet)).toFixed(1)}  (${list(seconds(quiet))})`);
  console.log(`sync / import          ${(median(seconds(quiet)) / median(imports)).toFixed(2)}`);
  console.log(`sync while asked       ${median(seconds(asked)).toFixed(1)}  (${list(seconds(asked))})`);
  for (const [name, results] of [
    ["undisturbed", quiet],
    ["asked", asked],
  ]) {
    const each = (key) => median(results.map((result) => result[key]));
    console.log(
      `${name.padEnd(22)} processor s: ${each("processor").toFixed(1)}, of the serving node ${each("serving").toFixed(1)}; memory MiB: end ${each("last").toFixed(0)}, peak ${each("peak").toFixed(0)}`,
    );
  }
  percentiles(
    "over and over, ms",
    asked.flatMap(({ closed }) => closed),
  );
  percentiles(
    "every 20 ms, ms",
    asked.flatMap(({ open }) => open),
  );
  console.log(
    `the client itself was late by at most ${Math.max(...asked.map(({ lateness }) => lateness)).toFixed(1)} ms`,
  );
} finally {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
