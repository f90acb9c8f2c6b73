import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { NETWORK } from "./test-chain.mjs";

const PREFIX = ".fluxnode-bench-";
/** Of a key that is 32 times the byte 7. */
const KEY = "cMpMxK92W1DjqDvWV3pMn4xLwAuQJhNF3MFqkEHUQRPQofUJku8R";

/** A data directory of a fluxnode that looks after its benchmarks itself. */
function fluxnodeFolder(t, lines = []) {
  const folder = join(temporaryFolder(t), "data");
  mkdirSync(folder, { mode: 0o700 });
  const text = ["listen=off", "attestor=none", `fluxnode-collateral=${"ab".repeat(32)}:0`, ...lines];
  writeFileSync(join(folder, "fluxnode.conf"), `${text.join("\n")}\n`);
  writeFileSync(join(folder, "secrets.conf"), `fluxnode-key=${KEY}\n`, { mode: 0o600 });
  return folder;
}

async function until(condition) {
  for (;;) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The priority that counts: with scheduling groups of sessions, which not every kernel has, the group's, too. */
function lowest(pid, nice) {
  const file = `/proc/${pid}/autogroup`;
  const group = existsSync(file) ? /nice (-?\d+)/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
  return group === undefined ? nice : Math.min(nice, Number(group));
}

/** Processes that measure for another one, with their niceness. */
function measuring(parent) {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("\0measure\0")) return [];
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return Number(fields[1]) === parent ? [{ pid: Number(pid), nice: lowest(pid, Number(fields[16])) }] : [];
    } catch {
      return [];
    }
  });
}

const status = async (folder) => {
  const { stdout } = await fluxnode(["status", "--json", "--datadir", folder, ...NETWORK]);
  return JSON.parse(stdout);
};
const gone = (pid) => !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
const leftovers = (folder) => readdirSync(folder).filter((name) => name.startsWith(PREFIX));
const history = async (folder) =>
  JSON.parse((await fluxnode(["bench", "history", "--json", "--datadir", folder])).stdout);

t.test("a fluxnode measures its machine by itself, and nobody beside it", async (t) => {
  const folder = fluxnodeFolder(t);
  const node = await startNode(t, folder);
  const [child] = await until(() => {
    const found = measuring(node.child.pid);
    return found.length > 0 && found.every(({ nice }) => nice === 19) && found;
  });
  t.ok(child, "with the lowest priority");
  t.equal(Number(readFileSync(`/proc/${child.pid}/oom_score_adj`, "utf8")), 1000, "the first to go without memory");
  t.match((await status(folder)).benchmark, { state: "running", tier: null, nextRun: null });
  t.match(JSON.parse((await node.rpc("getbenchstatus")).result), { status: "online", benchmarking: "running" });
  t.match(JSON.parse((await node.rpc("getbenchmarks")).result), { status: "running", eps: 0, ram: 0 });

  const beside = await fluxnode(["bench", "--quick", "--only", "memory", "--json", "--datadir", folder]);
  t.match(
    [beside.code, JSON.parse(beside.stderr).error],
    [5, { code: "benchmark-running", hint: /fluxnode status/ }],
    "another one is refused",
  );

  node.child.kill("SIGTERM");
  t.same(await node.ended, { code: 0, signal: null });
  t.same(measuring(node.child.pid), []);
  await until(() => gone(child.pid));
  t.same(leftovers(folder), []);
  t.same(await history(folder), [], "what was broken off is not kept");
  const after = await fluxnode(["bench", "--quick", "--only", "memory", "--json", "--datadir", folder]);
  t.equal(after.code, 0, "the turn is over");
});

t.test("kill -9 ends the measurement, too", async (t) => {
  const folder = fluxnodeFolder(t);
  const node = await startNode(t, folder);
  const [child] = await until(() => {
    const found = measuring(node.child.pid);
    return found.length > 0 && found;
  });
  node.child.kill("SIGKILL");
  await node.ended;
  await until(() => gone(child.pid));
  const after = await fluxnode(["bench", "--quick", "--only", "memory", "--json", "--datadir", folder]);
  t.equal(after.code, 0, "the turn is over");
  t.same(leftovers(folder), []);
});

t.test("no benchmarks where none are wanted", async (t) => {
  const folder = fluxnodeFolder(t, ["bench-interval=0"]);
  await startNode(t, folder);
  t.equal((await status(folder)).benchmark, null);
});

t.test("a profile that does not exist keeps the node from starting", async (t) => {
  const folder = fluxnodeFolder(t, ["bench-profile=nobody"]);
  const { code, stderr } = await fluxnode([
    "start",
    "--json",
    "--rpc-port",
    `${await freePort()}`,
    "--datadir",
    folder,
    ...NETWORK,
  ]);
  t.equal(code, 2);
  t.match(JSON.parse(stderr).error, { code: "profile-unknown" });
});
