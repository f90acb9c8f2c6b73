import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, BLOCKS_TEXT, importBlocks, NETWORK, TIP } from "./test-chain.mjs";

t.setTimeout(600_000);

const MOCK_TIME = ["--mocktime", "1767400000"];
/** Height of the snapshot. */
const BASE = 1330;
/** As far as the first peer can tell the history. */
const FEW = 500;

async function until(what, reached) {
  const end = Date.now() + 300_000;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startPeer(t, folder, { connect = [] } = {}) {
  const port = await freePort();
  const peers = connect.flatMap((each) => ["--connect", `127.0.0.1:${each}`]);
  const node = await startNode(t, folder, { args: ["--listen", `127.0.0.1:${port}`, ...peers, ...MOCK_TIME] });
  return Object.assign(node, { p2pPort: port });
}

async function ended(node, signal) {
  node.child.kill(signal);
  return node.ended;
}

async function json(args, datadir) {
  const { stdout } = await fluxnode([...args, "--json", "--datadir", datadir, ...NETWORK]);
  return JSON.parse(stdout);
}

const text = async (args, datadir) => (await fluxnode([...args, "--datadir", datadir, ...NETWORK])).stdout;
const page = async (node, path) => (await fetch(`http://127.0.0.1:${node.port}${path}`)).text();

t.test("a node started from a snapshot serves at once and validates the history in the background", async (t) => {
  const source = temporaryFolder(t);
  await importBlocks(source, "-", { input: BLOCKS_TEXT });
  const few = temporaryFolder(t);
  await importBlocks(few, "-", { input: BLOCKS.slice(0, FEW).join("\n") });
  const file = join(temporaryFolder(t), "chain.snapshot");
  const snapshot = ["chain", "snapshot"];
  await json([...snapshot, "create", file, "--height", `${BASE}`], source);
  const served = temporaryFolder(t);
  await json([...snapshot, "load", file], served);
  const standing = { height: BASE, validated: false, validatedHeight: null, problem: null };
  t.match(await json(["chain", "info"], served), { height: BASE, pruned: true, snapshot: standing });

  const short = await startPeer(t, few);
  const working = await startPeer(t, served, { connect: [short.p2pPort] });
  t.equal((await working.rpc("getblockcount")).result, BASE);
  const validated = async () => (await json(["status"], served)).snapshot?.validatedHeight ?? 0;
  const validatedTo = async (height) => (await validated()) === height;
  // Killed at work, unless this machine is much faster than its answers.
  await until("the first old blocks", async () => (await validated()) > 0);
  t.equal((await ended(working, "SIGKILL")).signal, "SIGKILL");
  const first = await startPeer(t, served, { connect: [short.p2pPort] });
  await until("the history as far as the peer has it", () => validatedTo(FEW));
  t.match(await json(["chain", "info"], served), { snapshot: { ...standing, validatedHeight: FEW } });
  t.match(await text(["status"], served), new RegExp(`snapshot +height ${BASE}, history validated to ${FEW} `));
  t.match(await text(["chain", "info"], served), new RegExp(`snapshot +height ${BASE}, history validated to ${FEW} `));
  t.match(await page(first, "/metrics"), new RegExp(`\nfluxnode_snapshot_validated_height ${FEW}\n`));

  t.equal((await ended(first, "SIGKILL")).signal, "SIGKILL");
  t.equal((await ended(short, "SIGINT")).code, 0);
  const full = await startPeer(t, source);
  const second = await startPeer(t, served, { connect: [full.p2pPort] });
  await until("the tip", async () => (await second.rpc("getblockcount")).result === TIP.height);
  await until("the whole history", async () => (await json(["status"], served)).snapshot.validated);
  t.match(second.stderr, /the history is validated: it leads to the snapshot/);
  t.match(second.stderr, /validating the history below the snapshot height=[1-9]/, "it does not begin anew");
  t.match(await page(second, "/metrics"), /\nfluxnode_snapshot_validated 1\n/);
  const old = await json(["chain", "block", "7"], served);
  t.match(old, { height: 7 });
  t.equal((await ended(second, "SIGINT")).code, 0);
  t.notOk(existsSync(join(served, "regtest-a/history")));
  const after = { height: TIP.height, hash: TIP.hash, pruned: false, pruneHeight: null };
  t.match(await json(["chain", "info"], served), { ...after, snapshot: { height: BASE, validated: true } });
  t.match(await text(["chain", "info"], served), new RegExp(`snapshot +height ${BASE}, history validated\n`));
});
