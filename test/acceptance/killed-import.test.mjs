import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

const SET = join(dirname(fileURLToPath(import.meta.url)), "../vectors/fluxd/regtest-a");
const BLOCKS = join(SET, "blocks.hex.gz");
const NETWORK = ["--network", join(SET, "network.json")];
const KILLS = 50;

/** Recorded by the reference daemon at height 1420. */
const FINAL = {
  height: 1420,
  bestblock: "b6aee2ad8492ba16191bfe8b8f2b75c0bc05c1e0364d28a9d6eed10fad61b045",
  hash_serialized: "fdabcb3d494dba0d1be7d63d3d4f41ea0db0993e2fe977b3a2185eb334e9fe55",
};

/** Starts an import and kills it after so many milliseconds; resolves to true if it was still at work. */
async function importAndKill(folder, index, millis) {
  const { signal } = await fluxnode(["chain", "import", BLOCKS, "--datadir", folder, ...NETWORK, ...index], {
    started: (child) => setTimeout(() => child.kill("SIGKILL"), millis),
  });
  return signal === "SIGKILL";
}

async function answer(folder, method, ...params) {
  const { code, stdout, stderr } = await fluxnode(["rpc", method, ...params, "--datadir", folder, ...NETWORK]);
  if (code === 0) return JSON.parse(stdout);
  // Killed before there was a chain at all.
  return method === "getblockcount" && /there is no (chain|data directory)/.test(stderr) ? 0 : { error: stderr };
}

for (const index of [[], ["--index"]]) {
  t.test(
    `an import ${index.join(" ") || "without indexes"} killed at ${KILLS / 2} random moments goes on each time`,
    async (t) => {
      const folder = temporaryFolder(t);
      // How long a whole import takes here decides which moments are inside one.
      const whole = temporaryFolder(t);
      const { millis } = await fluxnode(["chain", "import", BLOCKS, "--datadir", whole, ...NETWORK, ...index]);
      let interrupted = 0;
      let height = 0;
      for (let kill = 0; kill < KILLS / 2; kill++) {
        // Mostly short ones, so that many kills fall on different heights of one chain.
        if (await importAndKill(folder, index, 30 + Math.random() ** 2 * millis * 0.5)) interrupted++;
        const reached = await answer(folder, "getblockcount");
        t.ok(Number.isInteger(reached), `the store opens after kill ${kill + 1}`, { reached });
        t.ok(reached >= height, "and holds at least what it held before", { reached, height });
        height = reached;
      }
      t.ok(interrupted > 0, "kills hit imports at work", { interrupted });
      t.equal(await answer(folder, "verifychain", "4", "20"), true, "the last blocks are in order");
      const last = await fluxnode(["chain", "import", BLOCKS, "--datadir", folder, ...NETWORK, ...index]);
      t.equal(last.code, 0, "the import goes on to the end", { stderr: last.stderr });
      t.match(await answer(folder, "gettxoutsetinfo"), FINAL, "with the coin set that the daemon has");
    },
  );
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A node whose clock is near its blocks writes every block at once, so kills fall into its writing. */
async function startNode(folder) {
  const port = await freePort();
  const args = [
    "start",
    "--json",
    "--quiet",
    "--rpc-port",
    `${port}`,
    "--mocktime",
    "1767400000",
    "--datadir",
    folder,
    ...NETWORK,
  ];
  let child;
  const ended = fluxnode(args, {
    started: (process) => {
      child = process;
    },
  });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  const cookie = readFileSync(join(folder, "regtest-a/.cookie"), "utf8");
  const authorization = `Basic ${Buffer.from(cookie).toString("base64")}`;
  const call = async (method, ...params) => {
    const body = JSON.stringify({ method, params, id: 1 });
    const reply = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers: { authorization }, body });
    return (await reply.json()).result;
  };
  return { child, ended, call };
}

t.test(`a node that is handed blocks and killed at ${KILLS / 2} random moments goes on each time`, async (t) => {
  const folder = temporaryFolder(t);
  const blocks = gunzipSync(readFileSync(BLOCKS)).toString().trim().split("\n");
  const heights = new Set();
  for (let kill = 0; kill <= KILLS / 2; kill++) {
    const { child, ended, call } = await startNode(folder);
    const height = await call("getblockcount");
    heights.add(height);
    const last = kill === KILLS / 2;
    if (!last) setTimeout(() => child.kill("SIGKILL"), 20 + Math.random() * 150);
    try {
      for (const block of blocks.slice(height)) {
        const refused = await call("submitblock", block);
        if (refused !== null) t.fail("a good block was refused", { refused });
      }
    } catch {
      // The node is gone.
    }
    if (last) {
      t.match(await call("gettxoutsetinfo"), FINAL, "it ends with the coin set that the daemon has");
      t.equal(await call("verifychain", 4, 0), true, "and with a chain in order");
      child.kill("SIGTERM");
    }
    await ended;
  }
  t.ok(heights.size > KILLS / 4, "kills fell on many different heights", { heights: [...heights] });
});
