import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks, SET } from "./test-chain.mjs";

const submissions = gunzipSync(readFileSync(join(SET, "invalid.jsonl.gz")))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
/** One that the daemon took at this height. */
const accepted = submissions.find(({ method, result }) => method === "sendrawtransaction" && result);
const HEIGHT = accepted.at_height;
const START = ["--mocktime", "1767400000"];

async function stopped(node) {
  node.child.kill("SIGINT");
  return node.ended;
}

async function poolWhenLoaded(node) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { result } = await node.rpc("getrawmempool");
    if (result.length > 0) return result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [];
}

t.test("the memory pool outlives the node, as far as it is wanted and whole", async (t) => {
  const folder = temporaryFolder(t);
  const blocks = BLOCKS.slice(0, HEIGHT).join("\n");
  t.match(await importBlocks(folder, "-", { input: blocks }), { code: 0 });
  const file = join(folder, "regtest-a/mempool.dat");
  const first = await startNode(t, folder, { args: START });
  t.equal((await first.rpc("sendrawtransaction", accepted.hex)).result, accepted.result);
  t.same((await first.rpc("getrawmempool")).result, [accepted.result]);
  t.same(await stopped(first), { code: 0, signal: null });
  t.ok(existsSync(file));

  const second = await startNode(t, folder, { args: START });
  t.same(await poolWhenLoaded(second), [accepted.result]);
  t.same(await stopped(second), { code: 0, signal: null });

  const damaged = readFileSync(file);
  damaged[damaged.length >> 1] ^= 1;
  writeFileSync(file, damaged);
  const third = await startNode(t, folder, { args: START });
  t.same((await third.rpc("getrawmempool")).result, []);
  t.same(await stopped(third), { code: 0, signal: null });
  t.match(third.stderr, /WARN +mempool: the memory pool of the last run cannot be used/);
});
