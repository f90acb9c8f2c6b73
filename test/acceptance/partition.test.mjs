import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks, SET } from "./test-chain.mjs";

t.setTimeout(300_000);

/** The clock of the daemon that recorded the chain. */
const MOCK_TIME = ["--mocktime", "1767400000"];

/** Recorded: a transaction that the daemon took while its chain had so many blocks. */
const { hex: TRANSACTION, at_height: HEIGHT } = gunzipSync(readFileSync(join(SET, "invalid.jsonl.gz")))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .filter(({ method, result }) => method === "sendrawtransaction" && result)
  .find(({ at_height }) => at_height === 303);

async function result(node, method, ...params) {
  const { result: value, error } = await node.rpc(method, ...params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return value;
}

async function until(what, reached) {
  for (const end = Date.now() + 120_000; !(await reached()); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startPeer(t, folder, connect = []) {
  const p2pPort = await freePort();
  const peers = connect.flatMap((each) => ["--connect", `127.0.0.1:${each}`]);
  const node = await startNode(t, folder, { args: ["--listen", `127.0.0.1:${p2pPort}`, ...peers, ...MOCK_TIME] });
  node.p2pPort = p2pPort;
  return node;
}

/** Two connected nodes with the common part of the chain. */
async function half(t) {
  const folder = temporaryFolder(t);
  const input = BLOCKS.slice(0, HEIGHT).join("\n");
  t.equal((await importBlocks(folder, "-", { input })).result?.height, HEIGHT);
  const first = await startPeer(t, folder);
  const second = await startPeer(t, temporaryFolder(t), [first.p2pPort]);
  await agree("both have the common part", first, second);
  return [first, second];
}

const tip = (node) => result(node, "getbestblockhash");
const height = (node) => result(node, "getblockcount");
const pool = (node) => result(node, "getrawmempool");

async function agree(what, ...nodes) {
  await until(what, async () => new Set(await Promise.all(nodes.map(tip))).size === 1);
}

t.test("two halves that both produce agree on the better chain when they meet", async (t) => {
  const [a, b] = await half(t);
  const [c, d] = await half(t);
  const txid = await result(a, "sendrawtransaction", TRANSACTION);
  await until("b has the transaction", async () => (await pool(b)).includes(txid));

  const [withTransaction] = await result(b, "generate", 1);
  t.ok((await result(b, "getblock", withTransaction)).tx.includes(txid));
  await agree("a follows b", a, b);
  await result(a, "generate", 1);
  await agree("b follows a", a, b);
  t.same(await pool(a), []);
  const lost = await tip(a);
  for (const [node, blocks] of [
    [c, 2],
    [d, 3],
  ]) {
    await result(node, "generate", blocks);
    await agree("the other half agrees", c, d);
  }
  t.equal(await height(a), HEIGHT + 2);
  t.equal(await height(c), HEIGHT + 5);

  await result(b, "addnode", `127.0.0.1:${c.p2pPort}`, "add");
  await agree("all agree", a, b, c, d);
  t.equal(await height(a), HEIGHT + 5);
  const tips = await result(a, "getchaintips");
  t.match(
    tips.find(({ hash }) => hash === lost),
    { status: "valid-fork", branchlen: 2, height: HEIGHT + 2 },
  );

  // What only the lost blocks held waits again, and the half that lost mines it for all.
  for (const node of [a, b]) await until("the transaction is back", async () => (await pool(node)).includes(txid));
  const [again] = await result(a, "generate", 1);
  await agree("all follow", a, b, c, d);
  t.ok((await result(d, "getblock", again)).tx.includes(txid));
  t.equal(await height(d), HEIGHT + 6);
  for (const node of [a, b, c, d]) {
    t.same(await pool(node), []);
    for (const { banscore } of await result(node, "getpeerinfo")) t.equal(banscore, 0);
  }
});
