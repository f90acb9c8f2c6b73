import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { cleanEnvironment, EXECUTABLE, fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks, NETWORK } from "./test-chain.mjs";

const command = (folder, ...args) => fluxnode([...args, "--datadir", folder, ...NETWORK]);
const inFolder = (folder, name) => join(folder, "regtest-a", name);
const json = ({ stdout }) => JSON.parse(stdout);
const page = async (port, path, options) => {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, options);
  return { status: reply.status, type: reply.headers.get("content-type"), text: await reply.text() };
};

async function startDaemon(t, folder, ...args) {
  const port = await freePort();
  const started = await command(folder, "start", "--daemon", "--json", "--rpc-port", `${port}`, ...args);
  const ready = started.code === 0 ? json(started) : null;
  t.teardown(() => {
    try {
      if (ready) process.kill(ready.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  });
  return { port, started, ready };
}

t.test("a node in the background: ready when start returns, without a terminal, stopped by stop", async (t) => {
  const folder = temporaryFolder(t);
  const { port, started, ready } = await startDaemon(t, folder);
  t.match(started, { code: 0, stderr: "" });
  t.match(ready, { network: "regtest-a", height: 0, rpc: { host: "127.0.0.1", port } });
  t.equal(ready.logFile, inFolder(folder, "logs/fluxnode.log"));
  t.equal(readFileSync(inFolder(folder, "fluxnode.pid"), "utf8"), `${ready.pid}\n`);
  const [, session] = /\) \S (?:\d+ ){2}(\d+)/.exec(readFileSync(`/proc/${ready.pid}/stat`, "utf8"));
  t.equal(Number(session), ready.pid, "a session of its own");
  t.equal(readlinkSync(`/proc/${ready.pid}/fd/0`), "/dev/null");
  t.equal((await page(port, "/healthy")).status, 200);
  t.match(await command(folder, "rpc", "getblockcount"), { code: 0, stdout: "0\n" });

  const again = await command(folder, "start", "--daemon", "--rpc-port", `${await freePort()}`);
  t.match(again, { code: 5, stdout: "", stderr: new RegExp(`pid ${ready.pid}\\b`) });
  t.match(await command(folder, "rpc", "getblockcount"), { code: 0 }, "the first one is not disturbed");

  t.match(json(await command(folder, "stop", "--json")), { stopped: true, pid: ready.pid });
  t.notOk(existsSync(inFolder(folder, "fluxnode.pid")));
  t.match(await command(folder, "status"), { code: 6, stdout: /no node runs/ });
});

t.test("a node that cannot start in the background says why", async (t) => {
  const folder = temporaryFolder(t);
  const { ready } = await startDaemon(t, folder);
  const other = temporaryFolder(t);
  const taken = await command(other, "start", "--daemon", "--json", "--rpc-port", `${ready.rpc.port}`);
  t.match([taken.code, taken.stdout, JSON.parse(taken.stderr).error.code], [1, "", "port-in-use"]);
  for (const wrong of [["--rpc-port", "0"], ["--mocktime", "now"], ["--daemon=yes"]]) {
    t.match(await command(other, "start", "--daemon", ...wrong), { code: 2, stdout: "" }, wrong.join(" "));
  }
  const onMain = await fluxnode(["start", "--daemon", "--datadir", other, "--mocktime", "1"]);
  t.match(onMain, { code: 5, stdout: "", stderr: /clock cannot be fixed/ });
  await command(folder, "stop");
});

t.test("status tells how a node is", async (t) => {
  const folder = temporaryFolder(t);
  const nobody = await command(folder, "status", "--json");
  t.equal(nobody.code, 6);
  t.match(json(nobody), { running: false, state: "stopped", pid: null, height: null, diskUse: 0 });
  await importBlocks(folder, "-", { input: BLOCKS.slice(0, 30).join("\n") });
  const node = await startNode(t, folder, { args: ["--mocktime", "1767400000"] });
  const status = await command(folder, "status", "--json");
  t.equal(status.code, 0);
  const { diskUse, uptime, tipTime, version, ...rest } = json(status);
  t.same(rest, {
    running: true,
    state: "ready",
    network: "regtest-a",
    pid: node.child.pid,
    height: 30,
    headers: 30,
    peers: 0,
    benchmark: null,
    snapshot: null,
    problem: null,
    rpc: { host: "127.0.0.1", port: node.port },
    dataDirectory: join(folder, "regtest-a"),
    logFile: inFolder(folder, "logs/fluxnode.log"),
  });
  t.ok(diskUse > 50_000 && uptime >= 0 && tipTime > 1_500_000_000 && /^\d+\.\d+/.test(version));
  const text = await command(folder, "status");
  t.match(text, { code: 0, stdout: /^state +running\n[\s\S]*\nheight +30 of 30\n[\s\S]*\npeers +0\n/ });
  t.match(await command(folder, "status", "much"), { code: 2 });
  t.match(await command(join(folder, "none"), "status"), { code: 6 });
  t.notOk(existsSync(join(folder, "none")), "asking makes nothing");
  node.child.kill("SIGKILL");
  await node.ended;
  t.match(
    json(await command(folder, "status", "--json")),
    { running: false },
    "what a killed node left does not count",
  );
});

t.test("health pages and figures need no password, and RPC stays as it is", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder, { args: ["--mocktime", "1767400000"] });
  for (const block of BLOCKS.slice(0, 20)) await node.rpc("submitblock", block);
  await node.rpc("nosuchmethod");
  t.match(JSON.parse((await page(node.port, "/healthy")).text), { status: "ok", network: "regtest-a" });
  const ready = await page(node.port, "/ready");
  t.match(ready, { status: 200, type: "application/json" });
  t.match(JSON.parse(ready.text), { ready: true, state: "ready", height: 20, headers: 20 });
  const metrics = await page(node.port, "/metrics");
  t.match(metrics, { status: 200, type: /^text\/plain; version=0\.0\.4/ });
  for (const line of [
    "fluxnode_height 20",
    "fluxnode_blocks_connected_total 20",
    'fluxnode_rpc_calls_total{method="submitblock",outcome="ok"} 20',
    'fluxnode_rpc_calls_total{method="unknown",outcome="error"} 1',
  ]) {
    t.ok(metrics.text.split("\n").includes(line), line);
  }
  t.equal((await page(node.port, "/ready", { method: "POST", body: "{}" })).status, 405);
  t.match(await page(node.port, "/"), { status: 405, text: "JSONRPC server handles only POST requests" });
  t.match(await page(node.port, "/", { method: "POST", body: "{}" }), { status: 401, text: "" });
  t.match(await page(node.port, "/elsewhere"), { status: 404, text: "" });
  t.match(await page(node.port, "/rest/chaininfo.json"), { status: 404, text: "" }, "not offered unless asked for");

  // Whoever asks for it gets the daemon's REST interface, too; then with the machine's clock the recorded blocks are long past.
  node.child.kill("SIGTERM");
  await node.ended;
  const late = await startNode(t, folder, { args: ["--rest"] });
  t.match(await page(late.port, "/rest/chaininfo.json"), { status: 200, text: /"blocks":20,/ });
  t.match(await page(late.port, "/rest/block/1.json"), { status: 400, text: "Invalid hash: 1\r\n" });
  t.match(await page(late.port, "/ready"), { status: 503, text: /"ready":false,"state":"syncing","height":20/ });
  t.match(json(await command(folder, "status", "--json")), { state: "syncing" });
});

t.test("logs prints the end of the log and follows a rotation", async (t) => {
  const folder = temporaryFolder(t);
  t.match(await command(folder, "logs"), { code: 4, stderr: /fluxnode\.log/ });
  mkdirSync(inFolder(folder, "logs"), { recursive: true });
  const file = inFolder(folder, "logs/fluxnode.log");
  writeFileSync(file, Array.from({ length: 100 }, (_, index) => `line ${index + 1}\n`).join(""));
  t.match(await command(folder, "logs", "-n", "2"), { code: 0, stdout: "line 99\nline 100\n" });
  t.equal((await command(folder, "logs")).stdout.split("\n").length, 51);
  t.same(json(await command(folder, "logs", "--json", "-n", "1")), { path: file, lines: ["line 100"] });
  for (const wrong of [
    ["-n", "many"],
    ["-n", "-1"],
    ["-f", "--json"],
  ]) {
    t.match(await command(folder, "logs", ...wrong), { code: 2, stdout: "" }, wrong.join(" "));
  }
  const child = spawn(EXECUTABLE, ["logs", "-f", "-n", "1", "--datadir", folder, ...NETWORK], {
    env: cleanEnvironment(),
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let seen = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    seen += text;
  });
  const until = async (expected) => {
    for (let turn = 0; turn < 200 && seen !== expected; turn++) await new Promise((r) => setTimeout(r, 25));
    t.equal(seen, expected);
  };
  await until("line 100\n");
  appendFileSync(file, "old\n");
  renameSync(file, `${file}.1`);
  writeFileSync(file, "new\n");
  await until("line 100\nold\nnew\n");
  child.kill("SIGINT");
  t.equal(await ended, 0, "an end that was asked for is none by error");
});

t.test("config systemd prints a unit that systemd understands", async (t) => {
  const folder = temporaryFolder(t);
  const { code, stdout } = await command(folder, "config", "systemd", "--user", "flux");
  t.equal(code, 0);
  t.match(stdout, `\nExecStart=${EXECUTABLE} start --quiet --datadir ${folder} --network ${NETWORK[1]}\n`);
  for (const line of ["Type=notify", "User=flux", "Restart=on-failure", "NoNewPrivileges=yes"]) {
    t.ok(stdout.split("\n").includes(line), line);
  }
  t.notMatch(stdout, /MemoryDenyWriteExecute|NoExecPaths/, "code is made and loaded while it runs");
  t.match(await command(folder, "config", "systemd", "--user", "a b\nc"), { code: 2, stdout: "" });
  const file = join(folder, "fluxnode.service");
  writeFileSync(file, stdout.replace("User=flux\n", "User=root\n"));
  const analyze = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  if (analyze.error) t.comment("systemd-analyze is not installed");
  else t.notMatch(analyze.stderr, /fluxnode\.service:\d+:/);
});

/** What a service manager hears of a node that is stopped in some way. */
async function toldToServiceManager(t, stop) {
  const folder = temporaryFolder(t);
  const socket = join(folder, "notify");
  // Node.js has no such sockets, so another program listens: one that every Debian has.
  const program = [
    "$| = 1;",
    "socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die $!;",
    "bind($socket, pack_sockaddr_un($ARGV[0])) or die $!;",
    'print "bound\\n";',
    "alarm 20;",
    'for (1, 2) { recv($socket, my $message, 100, 0) // die $!; print "$message\\n"; }',
  ].join("\n");
  const listener = spawn("perl", ["-MSocket", "-e", program, socket]);
  await new Promise((resolve, reject) => {
    listener.on("error", reject);
    listener.stdout.once("data", resolve);
  });
  let told = "";
  listener.stdout.on("data", (text) => {
    told += text;
  });
  const closed = new Promise((resolve) => listener.on("close", resolve));
  const node = await startNode(t, folder, { wrapper: ["env", `NOTIFY_SOCKET=${socket}`] });
  await stop(node, folder);
  t.same(await node.ended, { code: 0, signal: null });
  await closed;
  return told.trim().split("\n");
}

t.test("a service manager is told when the node is ready and when it stops", async (t) => {
  const bySignal = await toldToServiceManager(t, (node) => node.child.kill("SIGTERM"));
  t.same(bySignal, ["READY=1", "STOPPING=1"]);
  const byCall = await toldToServiceManager(t, (_, folder) => command(folder, "rpc", "stop"));
  t.same(byCall, ["READY=1", "STOPPING=1"]);
});
