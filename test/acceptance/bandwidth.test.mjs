import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { z } from "zod";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(root, "docs/generated/bench.schema.json"), "utf8")));
const CHALLENGE = "/bandwidth/v1/challenge";

/** Asks for nothing but a line that everybody has. */
const PROFILE = {
  name: "of-the-test",
  description: "",
  date: "2026",
  sources: [],
  tiers: [
    {
      name: "LINE",
      processors: null,
      memoryBytes: null,
      storageBytes: null,
      solidState: false,
      eps: null,
      diskWriteBytesPerSecond: null,
      bandwidthBitsPerSecond: 1,
    },
  ],
};

/** A node that offers the test, and its port. So much traffic that only the time ends a test, on any machine. */
async function testingNode(t, ...args) {
  const port = await freePort();
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "fluxnode.conf"), "bandwidth-test=10000000\n");
  const node = await startNode(t, folder, { args: ["--api-port", `${port}`, "--listen", "off", ...args] });
  return { node, port };
}

function bench(folder, ...args) {
  const profile = join(folder, "profile.json");
  writeFileSync(profile, JSON.stringify(PROFILE));
  const options = ["--only", "bandwidth", "--quick", "--json", "--datadir", folder, "--profile", profile];
  return fluxnode(["bench", ...options, ...args]);
}

t.test("two nodes and one that is not there", async (t) => {
  const folder = temporaryFolder(t);
  const peers = await Promise.all([testingNode(t), testingNode(t)]);
  const nobody = await freePort();
  const flags = [...peers.map(({ port }) => port), nobody].flatMap((port) => ["--peer", `127.0.0.1:${port}`]);
  const { code, stdout, stderr } = await bench(folder, ...flags, "--tier", "LINE");
  t.same([code, stderr], [0, ""]);
  const report = JSON.parse(stdout);
  t.equal(schema.safeParse(report).error, undefined);
  const { bandwidth, verdict } = report;
  t.match(bandwidth, { status: "measured", streams: 4 });
  t.same(
    bandwidth.peers.map(({ status }) => status),
    ["measured", "measured", "failed"],
  );
  t.match(bandwidth.peers[2].reason, /refuses connections/);
  const [line] = verdict.tiers[0].requirements;
  t.match(line, { name: "bandwidth", unit: "bitsPerSecond", required: 1, result: "pass" });
  t.equal(line.measured, Math.min(bandwidth.downloadBitsPerSecond, bandwidth.uploadBitsPerSecond));
  t.match(verdict, { tier: "LINE", complete: true });

  const history = await fluxnode(["bench", "history", "--prometheus", "--datadir", folder]);
  t.match(history.stdout, /^fluxnode_bench_bandwidth_download_bits_per_second \d/m);
  t.match(history.stdout, /^fluxnode_bench_bandwidth_jitter_seconds \d/m);
});

t.test("without a number the verdict says so and why, and nobody knows about the tier", async (t) => {
  const folder = temporaryFolder(t);
  const off = await testingNode(t, "--rest");
  const nobody = await freePort();
  for (const [args, reason] of [
    [["--peer", `127.0.0.1:${nobody}`], /127\.0\.0\.1:\d+: it refuses connections/],
    [["--peer", `127.0.0.1:${off.node.port}`], /does not offer the bandwidth test/],
    [["--peer", `127.0.0.1:${off.port}`, "--max-traffic", "1k"], /--max-traffic leaves too little/],
    [[], /no peers are known: there is no chain in this data directory; name one with --peer/],
  ]) {
    const { code, stdout } = await bench(folder, ...args);
    t.equal(code, 0);
    const report = JSON.parse(stdout);
    t.equal(schema.safeParse(report).error, undefined);
    t.match(report.bandwidth, { status: "not measured", reason });
    t.match(report.verdict, { tier: null, complete: false, notMeasured: ["bandwidth"] });
    t.match(report.verdict.tiers[0].requirements, [{ measured: null, result: "not measured", note: reason }]);
  }
  t.equal((await bench(folder, "--tier", "LINE")).code, 1);
  const text = await fluxnode(["bench", "--only", "bandwidth", "--quick", "--datadir", folder, "--tier", "CUMULUS"]);
  t.equal(text.code, 1);
  t.match(text.stdout, /bandwidth not measured: no peers are known/);
  t.match(text.stdout, /CUMULUS: unknown, nothing that it asks for was measured/);
});

t.test("a node without the test, and one whose API port is off", async (t) => {
  const environment = await freePort();
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "fluxnode.conf"), "bandwidth-test=0\n");
  await startNode(t, folder, { args: ["--api-port", `${environment}`, "--listen", "off"] });
  const answer = await fetch(`http://127.0.0.1:${environment}${CHALLENGE}`);
  t.equal(answer.status, 404);
  t.match(await answer.json(), { status: "error", data: { name: "NotFound" } });

  const taken = temporaryFolder(t);
  const failed = await fluxnode([
    ...["start", "--json", "--datadir", taken, "--network", "regtest", "--listen", "off"],
    ...["--rpc-port", `${await freePort()}`, "--api-port", `${environment}`],
  ]);
  t.equal(failed.code, 1);
  t.equal(JSON.parse(failed.stderr).error.code, "port-in-use");
});

t.test("Ctrl-C while a peer keeps the test waiting", async (t) => {
  const { port } = await testingNode(t);
  const folder = join(temporaryFolder(t), "data");
  mkdirSync(folder);
  // Whoever holds the only place keeps the next one waiting, however fast the machine is.
  await occupy(t, port);
  let child;
  const run = fluxnode(["bench", "--only", "bandwidth", "--peer", `127.0.0.1:${port}`, "--datadir", folder], {
    started: (process) => {
      child = process;
    },
  });
  while (measuring(child.pid).length === 0) await new Promise((resolve) => setTimeout(resolve, 25));
  child.kill("SIGINT");
  t.match(await run, { code: 130, stdout: "" });
  const history = await fluxnode(["bench", "history", "--json", "--datadir", folder]);
  t.same(JSON.parse(history.stdout), [], "nothing was kept");
});

/** Takes the test's one place with a client of our own. */
async function occupy(t, port) {
  const { data } = await (await fetch(`http://127.0.0.1:${port}${CHALLENGE}`)).json();
  const { createHash } = await import("node:crypto");
  let proof = 0;
  const bits = (text) => {
    const hash = createHash("sha256").update(text).digest();
    return [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  };
  while (!bits(`${data.token}:${proof}`).startsWith("0".repeat(data.difficultyBits))) proof++;
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  const head = [
    `GET /bandwidth/v1/session?token=${data.token}&proof=${proof} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version: 13",
  ];
  const answered = new Promise((resolve) => socket.once("data", (bytes) => resolve(`${bytes}`)));
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  t.match(await answered, /^HTTP\/1\.1 101 /);
}

/** Children of the process that measure. */
function measuring(parent) {
  try {
    const pids = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").filter(Boolean);
    return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("\0measure\0"));
  } catch {
    return [];
  }
}
