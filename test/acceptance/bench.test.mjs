import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { z } from "zod";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { NETWORK } from "./test-chain.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(root, "docs/generated/bench.schema.json"), "utf8")));
const PREFIX = ".fluxnode-bench-";
const leftovers = (folder) => readdirSync(folder).filter((name) => name.startsWith(PREFIX));
const tier = (name, memoryBytes) => ({
  name,
  processors: 1,
  memoryBytes,
  storageBytes: null,
  solidState: false,
  eps: 0.001,
  diskWriteBytesPerSecond: null,
  bandwidthBitsPerSecond: null,
});
const PROFILE = {
  name: "of-the-test",
  description: "one tier for every machine and one for none",
  date: "2026",
  sources: [],
  tiers: [tier("LOW", 1), tier("HIGH", 1e18)],
};

function profileFile(folder) {
  const path = join(folder, "profile.json");
  writeFileSync(path, JSON.stringify(PROFILE));
  return path;
}

/** Processes of this executable that measure with a file below the folder. */
function measuring(folder) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.includes("\0measure\0") && line.includes(folder);
      } catch {
        return false;
      }
    });
}

/** True once a process has the turn of its data directory, and so listens to signals. */
function hasTurn(pid) {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((name) => readlinkSync(join(folder, name)).endsWith("/.bench.lock"));
  } catch {
    return false;
  }
}

/** Waits as long as it takes; who waits in vain is ended by the test's own time-out. */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 25));
  return true;
}

t.test("senseless flags", async (t) => {
  const folder = temporaryFolder(t);
  const profile = join(folder, "bad.json");
  writeFileSync(profile, "{}");
  for (const flags of [
    ["--only", "gpu"],
    ["--only", ""],
    ["--peer", "somewhere"],
    ["--peer", "127.0.0.1"],
    ["--peer", "127.0.0.1:0"],
    ["--streams", "0"],
    ["--streams", "9"],
    ["--max-traffic", "much"],
    ["--max-traffic", "0"],
    ["--threads", "0"],
    ["--threads", "two"],
    ["--max-prime", "2"],
    ["--time", "-1"],
    ["--tier", "GOLD"],
    ["--profile", "nobody"],
    ["--profile", profile],
    ["--slow"],
    ["--network", "nonsense"],
    ["--only", "cpu", "--network", "nonsense"],
    ["measure", "{}"],
    ["compare", "x", "y"],
  ]) {
    const { code, stdout, stderr } = await fluxnode(["bench", ...flags, "--json", "--datadir", join(folder, "data")]);
    t.same([code, stdout], [2, ""], flags.join(" "));
    t.ok(JSON.parse(stderr).error.message);
  }
  t.notOk(readdirSync(folder).includes("data"), "nothing was made");
});

t.test("tier reached and missed, schema, history", async (t) => {
  const folder = temporaryFolder(t);
  const options = ["--datadir", folder, "--profile", profileFile(folder), "--only", "cpu,memory", "--quick"];
  const good = await fluxnode(["bench", ...options, "--time", "1", "--tier", "low", "--threads", "2", "--json"]);
  t.equal(good.code, 0);
  t.equal(good.stderr, "");
  const report = JSON.parse(good.stdout);
  t.equal(schema.safeParse(report).error, undefined);
  t.notOk(schema.safeParse({ ...report, extra: 1 }).success, "the schema refuses what it does not know");
  t.match(report, { id: 1, indicative: true, disk: null, verdict: { tier: "LOW", blocking: ["memory"] } });
  t.match(report.bandwidth, { status: "not measured", reason: /left out/ });
  t.ok(report.cpu.singleThreadEventsPerSecond > 1);

  const bad = await fluxnode(["bench", ...options, "--time", "1", "--tier", "HIGH", "--threads", "1"]);
  t.equal(bad.code, 8);
  t.equal(bad.stderr, "", "quiet without a terminal");
  t.match(bad.stdout, /verdict: LOW/);
  t.match(bad.stdout, /below HIGH/);

  const history = JSON.parse((await fluxnode(["bench", "history", "--json", "--datadir", folder])).stdout);
  t.same(
    history.map(({ id }) => id),
    [2, 1],
  );
  const compared = await fluxnode(["bench", "compare", "1", "2", "--json", "--datadir", folder]);
  t.match(JSON.parse(compared.stdout), {
    comparable: false,
    differences: ["threads: 2 and 1"],
    before: { id: 1 },
    after: { id: 2 },
  });
  t.equal((await fluxnode(["bench", "compare", "1", "9", "--datadir", folder])).code, 4);
  t.match(
    (await fluxnode(["bench", "history", "--prometheus", "--datadir", folder])).stdout,
    /^fluxnode_bench_\w+ \d/m,
  );
});

t.test("a tier of which nothing was measured is neither reached nor missed", async (t) => {
  const folder = temporaryFolder(t);
  const options = ["--datadir", folder, "--only", "bandwidth", "--quick", "--tier", "NIMBUS"];
  const { code, stdout } = await fluxnode(["bench", ...options]);
  t.equal(code, 1);
  t.match(stdout, /bandwidth not measured: no peers are known/);
  t.match(stdout, /NIMBUS: unknown, nothing that it asks for was measured/);
});

t.test("a node that hangs neither holds up the bandwidth nor Ctrl-C", async (t) => {
  const folder = join(temporaryFolder(t), "data");
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "fluxnode.conf"), "listen=off\napi-port=off\n");
  const node = await startNode(t, folder);
  node.child.kill("SIGSTOP");
  const options = ["bench", "--only", "bandwidth", "--quick", "--datadir", folder, ...NETWORK];
  const { code, stdout } = await fluxnode(options);
  t.equal(code, 0);
  t.match(stdout, /bandwidth not measured: no peers are known: the node of this data directory does not answer/);

  let child;
  const run = fluxnode(options, {
    started: (process) => {
      child = process;
    },
  });
  await until(() => hasTurn(child.pid));
  child.kill("SIGINT");
  t.match(await run, { code: 130, signal: null });
});

t.test("disk", async (t) => {
  const folder = temporaryFolder(t, join(root, "build"));
  const abandoned = join(folder, `${PREFIX}4194305-0123456789abcdef.tmp`);
  writeFileSync(abandoned, "left by a killed process");
  const { code, stdout } = await fluxnode(["bench", "--only", "disk", "--quick", "--json", "--datadir", folder]);
  t.equal(code, 0);
  const report = JSON.parse(stdout);
  t.equal(schema.safeParse(report).error, undefined);
  t.ok(report.disk.writeFdatasync.bytesPerSecond > 0);
  t.ok(report.disk.fileBytes <= 256 * 2 ** 20);
  t.ok(report.disk.fsync4k.p50Millis <= report.disk.fsync4k.p99Millis);
  t.same(leftovers(folder), [], "also that of the process that was killed");
});

for (const [signal, expected] of [
  ["SIGINT", { code: 130, signal: null }],
  ["SIGKILL", { code: null, signal: "SIGKILL" }],
]) {
  t.test(`${signal} while the disk is measured`, async (t) => {
    const folder = join(temporaryFolder(t), "data");
    mkdirSync(folder);
    let child;
    const run = fluxnode(["bench", "--only", "disk", "--datadir", folder], {
      started: (process) => {
        child = process;
      },
    });
    t.ok(await until(() => measuring(folder).length > 0), "it measures");
    child.kill(signal);
    t.match(await run, expected);
    t.ok(await until(() => measuring(folder).length === 0), "the measuring process is gone");
    t.same(leftovers(folder), []);
    const history = await fluxnode(["bench", "history", "--json", "--datadir", folder]);
    t.same(JSON.parse(history.stdout), [], "nothing was kept");
  });
}
