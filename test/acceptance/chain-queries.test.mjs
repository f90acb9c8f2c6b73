import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { BLOCKS, BLOCKS_TEXT, importBlocks, NETWORK, SET, TIP } from "./test-chain.mjs";

const folder = temporaryFolder(t);
const data = join(folder, "data");
const run = async (...args) => {
  const { code, stdout, stderr } = await fluxnode([...args, "--datadir", data, ...NETWORK]);
  return { code, stdout, stderr };
};
const answers = JSON.parse(gunzipSync(readFileSync(join(SET, "rpc-answers.json.gz"))));
const recorded = answers.find(({ height }) => height === 310);
const txid = recorded["getblock 1"].tx[1];

/** Confirmations and the successor are those of the recorded moment. */
function settled({ confirmations, nextblockhash, ...rest }) {
  return rest;
}

t.before(() => importBlocks(data, "-", { input: BLOCKS_TEXT, args: ["--index"] }));

for (const running of [false, true]) {
  t.test(running ? "on a running node" : "on the stored chain", async (t) => {
    const node = running ? await startNode(t, data) : null;

    const info = await run("chain", "info", "--json");
    t.equal(info.code, 0);
    t.match(JSON.parse(info.stdout), {
      network: "regtest-a",
      ...TIP,
      headers: 1420,
      time: 1767330564,
      chainWork: /^[0-9a-f]{64}$/,
      sizeOnDisk: Number,
      indexes: true,
      pruned: false,
      nodeRunning: running,
    });
    t.match((await run("chain", "info")).stdout, /^network +regtest-a\nheight +1420\n/);

    for (const id of ["310", recorded.getbestblockhash]) {
      const { code, stdout } = await run("chain", "block", id, "--json");
      t.equal(code, 0);
      t.match(settled(JSON.parse(stdout)), { hash: recorded.getbestblockhash, height: 310, tx: [{ vout: [{}] }, {}] });
      t.equal((await run("chain", "block", id)).stdout, stdout, "both forms are JSON");
      t.equal((await run("chain", "block", id, "--raw")).stdout, `${BLOCKS[309]}\n`);
    }
    t.match((await run("chain", "block", "310")).stdout, /"valueZat": \d+/);
    t.match((await run("chain", "block", "310")).stdout, /"value": \d+\.\d{8},\n/, "amounts keep their eight decimals");

    const tx = await run("chain", "tx", txid, "--json");
    t.match(JSON.parse(tx.stdout), { txid, height: 310, blockhash: recorded.getbestblockhash });
    t.equal((await run("chain", "tx", txid, "--raw")).stdout, `${JSON.parse(tx.stdout).hex}\n`);

    for (const level of ["0", "1", "2", "3", "4"]) {
      const { code, stdout } = await run("chain", "verify", "--level", level, "--blocks", "100", "--json");
      t.equal(code, 0);
      t.match(JSON.parse(stdout), { valid: true, level: Number(level), problem: null });
    }

    const unknown = "11".repeat(32);
    t.match(await run("chain", "block", "1421"), { code: 4, stdout: "", stderr: /no block 1421/ });
    t.match(await run("chain", "block", unknown), { code: 4, stderr: /no block 1111/ });
    t.match(await run("chain", "tx", unknown), { code: 4, stderr: /not found/ });
    t.match(await run("chain", "block", "-5"), { code: 2 });
    t.match(await run("chain", "block", "deadbeef"), { code: 2, stderr: /neither a height nor a hash/ });
    t.match(await run("chain", "tx", "123"), { code: 2 });
    t.match(await run("chain", "verify", "--level", "5"), { code: 2 });

    if (!node) return;
    node.child.kill("SIGTERM");
    t.equal((await node.ended).code, 0);
  });
}

t.test("damage is found and named", async (t) => {
  const copy = join(folder, "damaged");
  await importBlocks(copy, "-", { input: BLOCKS.slice(0, 60).join("\n") });
  // Only a byte of a stored block is changed, which no database check notices.
  const file = join(copy, "regtest-a/blocks.db");
  const bytes = readFileSync(file);
  const end = Buffer.from(BLOCKS[39].slice(-240), "hex");
  t.ok(bytes.includes(end));
  for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end)) bytes[at + end.length - 20] ^= 1;
  writeFileSync(file, bytes);
  const verify = (...args) => fluxnode(["chain", "verify", "--json", "--datadir", copy, ...NETWORK, ...args]);
  const { code, stdout } = await verify("--blocks", "0");
  t.equal(code, 1);
  t.match(JSON.parse(stdout), {
    valid: false,
    problem: { height: 40, hash: /^[0-9a-f]{64}$/, what: "bad-txnmrklroot" },
  });
  t.equal((await verify("--blocks", "20")).code, 0, "above it all is well");
});

t.test("a chain that is not there is not found, and not made", async (t) => {
  const missing = join(folder, "missing");
  for (const args of [["info"], ["block", "1"], ["tx", "11".repeat(32)], ["verify"]]) {
    const { code, stdout } = await fluxnode(["chain", ...args, "--datadir", missing, ...NETWORK]);
    t.same([code, stdout], [4, ""], args.join(" "));
  }
  t.notOk(existsSync(missing));
});
