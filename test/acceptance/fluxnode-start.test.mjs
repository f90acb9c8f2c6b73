import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks, NETWORK, SET } from "./test-chain.mjs";

const keys = JSON.parse(gunzipSync(readFileSync(join(SET, "keys.json.gz"))).toString());
/** Holds the collaterals of the recorded chain. */
const FUNDING = "aaf64e4495e373541875305eea682ce15012437d09d332af8b47f4951bfeada4";
const MULTISIGNATURE = {
  output: `${FUNDING}:31`,
  script: `5221${keys["ms-dp1-0"].pubkey}21${keys["ms-dp1-1"].pubkey}21${keys["ms-dp1-2"].pubkey}53ae`,
};
const MOCK_TIME = ["--mocktime", "1767400000"];

async function run(args, options) {
  const { code, stdout, stderr } = await fluxnode(["node", ...args, "--json"], options);
  return { code, result: stdout ? JSON.parse(stdout) : null, error: stderr ? JSON.parse(stderr).error : null };
}

/** A node whose chain ends at a height, and `node` commands for it. */
async function nodeAt(t, height, settings = {}) {
  const folder = temporaryFolder(t);
  t.match(await importBlocks(folder, "-", { input: BLOCKS.slice(0, height).join("\n") }), { code: 0 });
  for (const [name, text] of Object.entries(settings)) {
    writeFileSync(join(folder, name), `${text}\n`);
    chmodSync(join(folder, name), 0o600);
  }
  const node = await startNode(t, folder, { args: MOCK_TIME });
  return { ...node, folder, command: (args, options) => run([...args, "--datadir", folder, ...NETWORK], options) };
}

async function stopped({ child, ended }) {
  child.kill("SIGINT");
  return ended;
}

const startArguments = (collateral, ...more) => ["start", "--collateral", collateral, "--owner-key-file", "-", ...more];
const NODE_KEY = ["--node-key", keys["node-d1"].pubkey];
const ownedBy = (name) => ({ input: `${keys[name].wif}\n` });

t.test("a key is made without a node, and never over a file", async (t) => {
  const folder = temporaryFolder(t);
  const printed = await run(["keygen", ...NETWORK]);
  t.match(printed, { code: 0, result: { network: "regtest-a", privateKey: /^9[1-9A-Za-z]{50}$/ } });
  t.match(printed.result.publicKey, /^04[0-9a-f]{128}$/);
  t.match(await run(["keygen"]), { code: 0, result: { network: "main", privateKey: /^5/ } });

  const file = join(folder, "node.key");
  const { code, result } = await run(["keygen", "--out", file, ...NETWORK]);
  t.equal(code, 0);
  t.notOk("privateKey" in result);
  t.equal(statSync(file).mode & 0o777, 0o600);
  const content = readFileSync(file, "utf8");
  t.match(content, /^9[1-9A-Za-z]{50}\n$/);
  t.match(await run(["keygen", "--out", file, ...NETWORK]), { code: 5, error: { code: "file-exists" } });
  t.equal(readFileSync(file, "utf8"), content);
  t.match(await run(["keygen", "--out", join(folder, "no/such/folder")]), { code: 4 });
  t.match(await run(["keygen", "--out", folder]), { code: 5 });
  t.notSame((await run(["keygen"])).result.publicKey, (await run(["keygen"])).result.publicKey);
});

t.test("wrong input is refused before a node is asked", async (t) => {
  const folder = temporaryFolder(t);
  const good = `${FUNDING}:28`;
  const at = ["--datadir", folder, ...NETWORK];
  const key = ownedBy("coll-d1");
  const usage = { code: 2, result: null };
  for (const collateral of ["x", FUNDING, `${FUNDING}:`, `${FUNDING}:-1`, `${FUNDING.slice(1)}:0`, `${FUNDING}:1:1`]) {
    t.match(await run([...startArguments(collateral, ...NODE_KEY), ...at], key), usage, collateral);
    t.match(await run(["delegates", collateral, ...at]), usage, collateral);
  }
  const { pubkey } = keys.delegate0;
  const wrong = [
    [],
    ["--node-key", "zz"],
    ["--node-key", `02${"00".repeat(32)}`],
    ["--node-key", keys["node-d1"].wif],
    [...NODE_KEY, "--node-key-file", join(folder, "x")],
    ["--node-key-file", "-"],
    [...NODE_KEY, "--delegate", "02"],
    [...NODE_KEY, "--delegate", keys.wallet3.pubkey],
    [...NODE_KEY, "--delegate", pubkey, pubkey],
    [...NODE_KEY, "--delegate", ...["node-C1", "node-C2", "node-C3", "node-C4", "node-C5"].map((n) => keys[n].pubkey)],
    [...NODE_KEY, "--redeem-script", "5"],
  ];
  for (const more of wrong) {
    const answer = await run([...startArguments(good, ...more), ...at], key);
    t.match(answer, usage, more.join(" "));
  }
  for (const input of ["", "not a key", "x".repeat(100_000), `${keys["coll-d1"].wif.slice(0, -1)}1`]) {
    const answer = await run([...startArguments(good, ...NODE_KEY), ...at], { input });
    t.match(answer, { code: 2, error: { code: "key-invalid" } });
    if (input.length > 10) t.notOk(JSON.stringify(answer).includes(input), "no secret is repeated");
  }
  const mainnet = await run([...startArguments(good, ...NODE_KEY), "--datadir", folder], key);
  t.match(mainnet, { code: 2, error: { code: "key-invalid" } });
  const missing = ["start", "--collateral", good, "--owner-key-file", join(folder, "none"), ...NODE_KEY, ...at];
  t.match(await run(missing), { code: 4, error: { code: "file-not-found" } });
  t.match(await run([...startArguments(good, ...NODE_KEY), ...at], key), { code: 6, error: { code: "no-node" } });
  for (const command of ["status", "list", "count", "winner", "confirm"])
    t.match(await run([command, ...at]), { code: 6 });
});

t.test("a START is checked, built, signed and sent", async (t) => {
  const node = await nodeAt(t, 1257);
  const { command } = node;
  const refusals = [
    [`${FUNDING}:6`, "already-confirmed"],
    [`${FUNDING}:35`, "in-dos-list"],
    [`${FUNDING}:0`, "collateral-amount"],
    [`${FUNDING}:21`, "owner-key-wrong"],
    [MULTISIGNATURE.output, "redeem-script-missing"],
  ];
  for (const [collateral, code] of refusals) {
    const answer = await command(startArguments(collateral, ...NODE_KEY), ownedBy("coll-d1"));
    t.match(answer, { code: 5, error: { code, hint: /./ } });
  }
  const inDos = await command(startArguments(`${FUNDING}:35`, ...NODE_KEY), ownedBy("coll-x4"));
  t.match(inDos.error.message, /for 83 more blocks/);
  const nothing = await command(startArguments(`${FUNDING}:999`, ...NODE_KEY), ownedBy("coll-d1"));
  t.match(nothing, { code: 4, error: { code: "collateral-not-found" } });
  const foreign = startArguments(MULTISIGNATURE.output, ...NODE_KEY, "--redeem-script", MULTISIGNATURE.script);
  t.match(await command(foreign, ownedBy("coll-d1")), { code: 5, error: { code: "owner-key-wrong" } });
  const other = startArguments(`${FUNDING}:28`, ...NODE_KEY, "--redeem-script", MULTISIGNATURE.script);
  t.match(await command(other, ownedBy("ms-dp1-1")), { code: 5, error: { code: "redeem-script-wrong" } });
  t.same((await node.rpc("getrawmempool")).result, []);

  const owned = startArguments(
    `${FUNDING}:28`,
    ...NODE_KEY,
    "--delegate",
    keys.delegate0.pubkey,
    keys.delegate1.pubkey,
  );
  const tried = await command([...owned, "--dry-run"], ownedBy("coll-d1"));
  t.match(tried, { code: 0, result: { sent: false, version: 6 } });
  t.same((await node.rpc("getrawmempool")).result, []);
  const sent = await command(owned, ownedBy("coll-d1"));
  t.match(sent, { code: 0, result: { sent: true, version: 6 } });
  t.same((await node.rpc("getrawmempool")).result, [sent.result.txid]);
  const { result: decoded } = await node.rpc("decoderawtransaction", sent.result.hex);
  t.match(decoded, { txid: sent.result.txid, type: "Starting a fluxnode", txhash: FUNDING, outidx: "28" });
  t.equal(decoded.delegate_data.keys.length, 2);

  const keyFile = join(node.folder, "machine.key");
  writeFileSync(keyFile, `${keys["node-dp1"].wif}\n`, { mode: 0o600 });
  const script = ["--node-key-file", keyFile, "--redeem-script", MULTISIGNATURE.script];
  const multisignature = await command(startArguments(MULTISIGNATURE.output, ...script), ownedBy("ms-dp1-2"));
  t.match(multisignature, { code: 0, result: { sent: true, version: 6 } });
  t.equal((await node.rpc("getrawmempool")).result.length, 2);

  t.match(await command(["status"]), { code: 5, error: { code: "no-fluxnode" } });
  t.match(await command(["confirm"]), { code: 5, error: { code: "no-fluxnode" } });
  const count = await command(["count"]);
  t.match(count, { code: 0, result: { total: 20, "stratus-enabled": 3 } });
  t.equal((await command(["list"])).result.length, count.result.total);
  const stratus = await command(["list", "--tier", "stratus"]);
  t.same(new Set(stratus.result.map(({ tier }) => tier)), new Set(["STRATUS"]));
  t.equal((await command(["list", "--filter", keys["node-c1"].pubkey])).result.length, 1);
  t.match(await command(["list", "--tier", "gold"]), { code: 2 });
  t.same(Object.keys((await command(["winner"])).result).length, 3);
  t.match(await command(["delegates", `${FUNDING}:6`]), { code: 0, result: { has_delegates: false } });
  t.match(await command(["delegates", `${FUNDING}:29`]), { code: 0, result: { has_delegates: true } });
  t.same(await stopped(node), { code: 0, signal: null });
});

t.test("a collateral has to be old enough; before the upgrade the START has version 5", async (t) => {
  const young = await nodeAt(t, 190);
  const start = startArguments(`${FUNDING}:0`, "--node-key", keys["node-C1"].pubkey);
  const refused = await young.command(start, ownedBy("coll-C1"));
  t.match(refused, { code: 5, error: { code: "collateral-too-young", message: /needs \d+ more confirmations?$/ } });
  const missing = Number(/\d+/.exec(refused.error.message)[0]);
  for (const block of BLOCKS.slice(190, 190 + missing)) t.equal((await young.rpc("submitblock", block)).result, null);
  const delegated = await young.command([...start, "--delegate", keys.delegate0.pubkey], ownedBy("coll-C1"));
  t.match(delegated, { code: 5, error: { code: "too-early" } });
  t.match(await young.command(start, ownedBy("coll-C1")), {
    code: 0,
    result: { version: 5, tier: "CUMULUS", sent: true },
  });
  t.equal((await young.rpc("getrawmempool")).result.length, 1);
  t.same(await stopped(young), { code: 0, signal: null });
});

t.test("status tells what to do next", async (t) => {
  const states = [
    ["node-c1", 6, /^CONFIRMED$/, /confirms itself again|confirmation is due/],
    ["node-x4", 35, /^DOS$/, /start it again after height 1340/],
    ["node-d1", 28, /^expired$/, /node start/],
  ];
  for (const [name, index, status, next] of states) {
    const node = await nodeAt(t, 1257, {
      "fluxnode.conf": `fluxnode-collateral=${FUNDING}:${index}\nattestor=none`,
      "secrets.conf": `fluxnode-key=${keys[name].wif}`,
    });
    t.match(await node.command(["status"]), { code: 0, result: { status, height: 1257, next } }, name);
    t.match(await node.command(["confirm"]), { code: 1, error: { code: "rpc-error" } }, name);
    t.same(await stopped(node), { code: 0, signal: null });
  }
});
