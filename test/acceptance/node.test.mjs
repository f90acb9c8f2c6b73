import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, bootstrapFile, importBlocks, NETWORK, SET } from "./test-chain.mjs";

const answers = JSON.parse(gunzipSync(readFileSync(join(SET, "rpc-answers.json.gz"))));
const inFolder = (folder, name) => join(folder, "regtest-a", name);
const command = (folder, ...args) => fluxnode([...args, "--datadir", folder, ...NETWORK]);

t.test("a node replays the daemon's chain over HTTP and gives its answers", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder, { args: ["--index", "--mocktime", "1767400000"] });
  const wanted = new Map(answers.filter(({ height }) => height <= 310).map((answer) => [answer.height, answer]));
  t.ok(wanted.size > 2);
  for (let height = 1; height <= 310; height++) {
    const { result, error } = await node.rpc("submitblock", BLOCKS[height - 1]);
    if (result !== null || error !== null) t.fail(`block ${height}`, { result, error });
    const recorded = wanted.get(height);
    if (!recorded) continue;
    const hash = recorded.getbestblockhash;
    t.equal((await node.rpc("getbestblockhash")).result, hash);
    for (const verbosity of [0, 1, 2]) {
      const answer = (await node.rpc("getblock", `${height}`, verbosity)).result;
      t.same(answer, recorded[`getblock ${verbosity}`], `getblock ${height} ${verbosity}`);
    }
    t.same((await node.rpc("getblockheader", hash)).result, recorded["getblockheader true"]);
    t.equal((await node.rpc("gettxoutsetinfo")).result.hash_serialized, recorded.gettxoutsetinfo.hash_serialized);
  }
  t.equal((await node.rpc("submitblock", BLOCKS[309])).result, "duplicate");
  t.same((await node.rpc("getblockhash", 311)).error, { code: -8, message: "Block height out of range" });
  t.equal((await node.post({ method: "getblockcount" }, "__cookie__:guess")).status, 401);

  node.child.kill("SIGINT");
  t.same(await node.ended, { code: 0, signal: null });
  t.match(await command(folder, "rpc", "getblockcount"), { code: 0, stdout: "310\n" }, "everything was written");
});

t.test("start tells once that it is ready, stop waits until it is gone", async (t) => {
  const folder = temporaryFolder(t);
  const args = ["--listen", "127.0.0.1:1", "--api-port", "off", "--no-apps"];
  const node = await startNode(t, folder, { args });
  t.equal(node.stdout.split("\n").length, 2, "one line");
  t.match(node.stdout, new RegExp(`ready.*regtest-a.*height 0.*port ${node.port}`));
  t.match(node.stderr, /no FluxOS interface and no apps in this version/);
  for (const name of [".cookie", "rpc.json"]) t.equal(statSync(inFolder(folder, name)).mode & 0o777, 0o600);
  t.same(JSON.parse(readFileSync(inFolder(folder, "rpc.json"), "utf8")), {
    host: "127.0.0.1",
    port: node.port,
    pid: node.child.pid,
  });

  const { code, stdout } = await command(folder, "stop", "--json");
  t.equal(code, 0);
  t.same(JSON.parse(stdout), { stopped: true, pid: node.child.pid });
  t.notOk(existsSync(`/proc/${node.child.pid}/exe`), "the process is gone when stop returns");
  t.same(await node.ended, { code: 0, signal: null });
  for (const name of [".cookie", "rpc.json", "fluxnode.pid"]) t.notOk(existsSync(inFolder(folder, name)), name);
  t.match(await command(folder, "stop"), { code: 6, stderr: /no node runs/ });
});

t.test("with --json the ready line is a document and stderr stays empty", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder, { args: ["--json"] });
  t.same(JSON.parse(node.stdout), {
    network: "regtest-a",
    height: 0,
    rpc: { host: "127.0.0.1", port: node.port },
    pid: node.child.pid,
  });
  t.equal((await node.rpc("stop")).result, "Flux server stopping");
  t.same(await node.ended, { code: 0, signal: null });
  t.equal(node.stderr, "");
  t.match(readFileSync(inFolder(folder, "logs/fluxnode.log"), "utf8"), /starting[\s\S]*ready[\s\S]*stopped\n$/);
});

t.test("a second process is refused, whatever it wants to do", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder);
  const pid = new RegExp(`pid ${node.child.pid}\\b`);
  t.match(await command(folder, "start", "--rpc-port", `${await freePort()}`), { code: 5, stdout: "", stderr: pid });
  t.match(await importBlocks(folder, "-", { input: BLOCKS[0] }), {
    code: 5,
    result: null,
    error: { code: "datadir-in-use" },
  });
  t.equal((await node.rpc("getblockcount")).result, 0, "the node is not disturbed");
  node.child.kill("SIGTERM");
  t.same(await node.ended, { code: 0, signal: null });
});

t.test("a port that is taken and settings that make no sense", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder);
  const other = temporaryFolder(t);
  const taken = await command(other, "start", "--json", "--rpc-port", `${node.port}`);
  t.match([taken.code, taken.stdout, JSON.parse(taken.stderr).error.code], [1, "", "port-in-use"]);
  t.notOk(existsSync(inFolder(other, "rpc.json")));
  t.ok(existsSync(inFolder(folder, ".cookie")), "the cookie of the other node stays");
  for (const wrong of [
    ["--rpc-port", "0"],
    ["--rpc-port", "http"],
    ["--api-port", "65536"],
    ["--listen", "::bad::"],
    ["--mocktime", "now"],
  ]) {
    t.match(await command(other, "start", ...wrong), { code: 2, stdout: "" }, wrong.join(" "));
  }
  const onMain = await fluxnode(["start", "--datadir", other, "--mocktime", "1"]);
  t.match(onMain, { code: 5, stderr: /clock cannot be fixed/ });
});

t.test("rpc answers the same with and without a node", async (t) => {
  const folder = temporaryFolder(t);
  const nobody = await command(folder, "rpc", "getblockcount");
  t.match(nobody, { code: 6, stdout: "", stderr: /no node runs/ });
  await importBlocks(folder, "-", { input: bootstrapFile(BLOCKS.slice(0, 150)) });

  const calls = [
    ["getblockcount"],
    ["getbestblockhash"],
    ["getblockhash", "5"],
    ["getblock", "100"],
    ["getblock", "100", "0"],
    ["getblocksubsidy", "10"],
    ["gettxoutsetinfo"],
    ["viewdeterministicfluxnodelist"],
    ["getblockhash", "151"],
    ["getblockhash", "five"],
    ["getblock", "11".repeat(32)],
    ["getblock"],
    ["nosuchmethod"],
  ];
  const ask = async () => {
    const results = [];
    for (const call of calls) {
      for (const form of [[], ["--json"]]) {
        const { code, stdout, stderr } = await command(folder, "rpc", ...call, ...form);
        results.push({ call, code, stdout, stderr });
      }
    }
    return results;
  };
  const offline = await ask();
  t.match(await command(folder, "rpc", "stop"), { code: 6, stderr: /for a running node/ });
  const node = await startNode(t, folder);
  const online = await ask();
  t.same(online, offline);

  const [count, jsonCount, best, jsonBest] = offline;
  t.equal(count.stdout, "150\n");
  t.equal(jsonCount.stdout, "150\n");
  t.match(best.stdout, /^[0-9a-f]{64}\n$/, "text stands without quotes");
  t.equal(jsonBest.stdout, `"${best.stdout.trim()}"\n`);
  const of = (method, position) => offline.filter(({ call }) => call[0] === method)[position];
  t.equal(of("getblocksubsidy", 0).stdout, '{\n  "miner": 37.50000000\n}\n', "numbers keep their text");
  t.match(of("getblockhash", 2), {
    code: 1,
    stdout: "",
    stderr: "error code: -8\nerror message:\nBlock height out of range\n",
  });
  t.same(JSON.parse(of("getblockhash", 3).stderr), {
    error: { code: -8, message: "Block height out of range", hint: null },
  });
  t.match(of("nosuchmethod", 0), { code: 1, stderr: /error code: -32601/ });
  t.match(await command(folder, "rpc"), { code: 2 });
  node.child.kill("SIGKILL");
  await node.ended;
});

t.test("a node that was killed leaves nothing in the way", async (t) => {
  const folder = temporaryFolder(t);
  const killed = await startNode(t, folder);
  for (const block of BLOCKS.slice(0, 30)) await killed.rpc("submitblock", block);
  killed.child.kill("SIGKILL");
  await killed.ended;
  t.ok(existsSync(inFolder(folder, "rpc.json")), "it had no time to tidy up");
  t.match(await command(folder, "rpc", "getblockcount"), { code: 0, stdout: /^\d+\n$/ });
  t.match(await command(folder, "stop"), { code: 6 });
  const node = await startNode(t, folder);
  node.child.kill("SIGINT");
  t.same(await node.ended, { code: 0, signal: null });
});

t.test("signals at any moment of a start end it cleanly", async (t) => {
  const folder = temporaryFolder(t);
  for (const millis of [0, 10, 20, 40, 80, 160]) {
    const { code, stderr } = await fluxnode(
      ["start", "--json", "--datadir", folder, "--rpc-port", `${await freePort()}`, ...NETWORK],
      { started: (child) => setTimeout(() => child.kill("SIGTERM"), millis) },
    );
    // Before the program is there the system ends it; before it has begun it is interrupted; afterwards it stops.
    t.ok(code === 0 || code === 130 || code === null, `after ${millis} ms: ${code} ${stderr}`);
    t.notOk(existsSync(inFolder(folder, "rpc.json")));
    t.notOk(existsSync(inFolder(folder, ".cookie")));
  }
  const node = await startNode(t, folder);
  t.same(await node.rpc("getblockcount"), { result: 0, error: null, id: "test" }, "the next start finds nothing amiss");
});

t.test("a store that cannot grow ends the node with an error", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder, {
    wrapper: ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"],
    args: ["--json", "--mocktime", "1767400000"],
  });
  // From here on no file may get larger than 800 KiB: writing beyond that fails as it does on a full disk.
  execFileSync("prlimit", ["--fsize=819200", "--pid", `${node.child.pid}`]);
  let height = 0;
  for (const block of BLOCKS) {
    const answer = await node.rpc("submitblock", block).catch(() => null);
    if (answer === null || answer.error !== null) break;
    height++;
  }
  t.ok(height > 10 && height < BLOCKS.length, `it failed after block ${height}`);
  t.same(await node.ended, { code: 1, signal: null });
  const { error } = JSON.parse(node.stderr);
  t.match(error, { code: /^disk-/, message: /regtest-a/ });
  t.notOk(existsSync(inFolder(folder, ".cookie")));
  const rest = await importBlocks(folder, "-", { input: BLOCKS.join("\n") });
  t.match(rest, { code: 0, result: { height: 1420, known: height } }, "with room again it goes on with all it had");
});
