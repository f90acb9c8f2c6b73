import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, NETWORK } from "./test-chain.mjs";

t.setTimeout(300_000);

/** The clock of the daemon that recorded the chain. */
const MOCK_TIME = ["--mocktime", "1767400000"];
const KILLS = 30;

/** Recorded by the reference daemon at height 1420. */
const FINAL = {
  height: 1420,
  bestblock: "b6aee2ad8492ba16191bfe8b8f2b75c0bc05c1e0364d28a9d6eed10fad61b045",
  hash_serialized: "fdabcb3d494dba0d1be7d63d3d4f41ea0db0993e2fe977b3a2185eb334e9fe55",
};

async function result(node, method, ...params) {
  const { result: value, error } = await node.rpc(method, ...params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return value;
}

async function until(what, reached, patienceMillis = 60_000) {
  const end = Date.now() + patienceMillis;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a node that listens, connected to those on the given ports. */
async function startPeer(t, folder, { connect = [], port, args = MOCK_TIME } = {}) {
  const p2pPort = port ?? (await freePort());
  const peers = connect.flatMap((each) => ["--connect", `127.0.0.1:${each}`]);
  const node = await startNode(t, folder, { args: ["--listen", `127.0.0.1:${p2pPort}`, ...peers, ...args] });
  node.p2pPort = p2pPort;
  return node;
}

/** A data directory that has the first blocks already. */
async function folderWith(t, count) {
  const folder = temporaryFolder(t);
  const args = ["chain", "import", "-", "--datadir", folder, ...NETWORK];
  const { code, stderr } = await fluxnode(args, { input: `${BLOCKS.slice(0, count).join("\n")}\n` });
  if (code !== 0) throw new Error(stderr);
  return folder;
}

async function submit(node, from, to) {
  for (const block of BLOCKS.slice(from, to)) await result(node, "submitblock", block);
}

const height = (node) => result(node, "getblockcount");
const tip = (node) => result(node, "getbestblockhash");

t.test("two executables: the chain, then transactions and blocks both ways", async (t) => {
  const a = await startPeer(t, await folderWith(t, 1400));
  const b = await startPeer(t, temporaryFolder(t), { connect: [a.p2pPort] });
  await until("b has the chain of a", async () => (await height(b)) === 1400);
  t.equal(await tip(b), await tip(a));

  const [peer] = await result(b, "getpeerinfo");
  t.match(peer, { inbound: false, version: 170021, subver: "/MagicBean:9.0.6/", banscore: 0 });
  t.equal(await result(a, "getconnectioncount"), 1);
  const { totalbytessent } = await result(a, "getnettotals");
  t.ok(totalbytessent > 1_000_000, "the chain went over the wire", { totalbytessent });

  await submit(a, 1400, 1405);
  await until("b follows a", async () => (await height(b)) === 1405);
  await submit(b, 1405, 1410);
  await until("a follows b", async () => (await height(a)) === 1410);

  await submit(b, 1410, 1420);
  await until("a has all", async () => (await height(a)) === 1420);
  for (const node of [a, b]) t.match(await result(node, "gettxoutsetinfo"), FINAL);
});

t.test("three in a line, the middle one killed and started again", async (t) => {
  const a = await startPeer(t, await folderWith(t, 300));
  const folder = temporaryFolder(t);
  const middle = await startPeer(t, folder, { connect: [a.p2pPort] });
  const c = await startPeer(t, temporaryFolder(t), { connect: [middle.p2pPort] });
  await until("c has the chain", async () => (await height(c)) === 300);
  middle.child.kill("SIGKILL");
  await middle.ended;
  await submit(a, 300, 400);
  const again = await startPeer(t, folder, { connect: [a.p2pPort], port: middle.p2pPort });
  await until("c caught up", async () => (await height(c)) === 400);
  t.equal(await tip(c), await tip(a));
  t.equal(await tip(again), await tip(a));
});

/** Waits until the node has more blocks than `goal`, or all; how many it has then. */
async function heightBeyond(node, goal) {
  let reached = await height(node);
  await until(`more than ${goal} blocks`, async () => {
    reached = await height(node);
    return reached > Math.min(goal, BLOCKS.length - 1);
  });
  return reached;
}

t.test(`a node killed ${KILLS} times while it syncs comes back each time and finishes`, async (t) => {
  const a = await startPeer(t, await folderWith(t, BLOCKS.length));
  let folder = temporaryFolder(t);
  let held = 0;
  let killedAtWork = 0;
  while (killedAtWork < KILLS) {
    // Every other run with a clock that runs: then the blocks are old, and are written in larger portions.
    const args = killedAtWork % 2 === 0 ? MOCK_TIME : [];
    const node = await startPeer(t, folder, { connect: [a.p2pPort], args });
    const reached = await height(node);
    t.ok(reached >= held, "it holds at least what it held before", { reached, held });
    const seen = await heightBeyond(node, reached + Math.floor(Math.random() * 50));
    node.child.kill("SIGKILL");
    await node.ended;
    held = reached;
    if (seen < BLOCKS.length) {
      killedAtWork++;
    } else {
      // Too late: it was done. Once more from the beginning.
      const again = await startPeer(t, folder);
      t.match(await result(again, "gettxoutsetinfo"), FINAL);
      again.child.kill("SIGKILL");
      await again.ended;
      folder = temporaryFolder(t);
      held = 0;
    }
  }
  const last = await startPeer(t, folder, { connect: [a.p2pPort] });
  await until("it has the whole chain", async () => (await height(last)) === BLOCKS.length);
  t.match(await result(last, "gettxoutsetinfo"), FINAL);
  t.equal(await result(last, "verifychain", 4, 20), true);
});
