import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks, NETWORK } from "./test-chain.mjs";

const sha256d = (bytes) => createHash("sha256").update(createHash("sha256").update(bytes).digest()).digest();
const reversed = (hex) => Buffer.from(hex, "hex").reverse();

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function compactSize(number) {
  return number < 253 ? Buffer.from([number]) : Buffer.concat([Buffer.from([253]), u32(number).subarray(0, 2)]);
}

function merkleRoot(hashes) {
  if (hashes.length === 1) return hashes[0];
  const pairs = [];
  for (let i = 0; i < hashes.length; i += 2) {
    pairs.push(sha256d(Buffer.concat([hashes[i], hashes[i + 1] ?? hashes[i]])));
  }
  return merkleRoot(pairs);
}

/** What a pool makes of a template: the header up to its nonce, and what follows the header in the block. */
function assemble(template) {
  const transactions = [template.coinbasetxn, ...template.transactions];
  const header = Buffer.concat([
    u32(template.version),
    reversed(template.previousblockhash),
    merkleRoot(transactions.map(({ hash }) => reversed(hash))),
    reversed(template.finalsaplingroothash),
    u32(template.curtime),
    reversed(template.bits),
  ]);
  const rest = [compactSize(transactions.length), ...transactions.map(({ data }) => Buffer.from(data, "hex"))];
  return { header: header.toString("hex"), rest: Buffer.concat(rest).toString("hex") };
}

async function solve(...args) {
  const { code, stdout, stderr } = await fluxnode(["pow", "solve", ...NETWORK, "--json", ...args]);
  return { code, result: stdout && JSON.parse(stdout), error: stderr && JSON.parse(stderr).error };
}

/** Somebody who is connected and says nothing: templates are given only to a node that is connected. */
async function silentPeer(t, port) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  t.teardown(() => socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
}

async function connectedNode(t, folder, args = []) {
  const port = await freePort();
  const node = await startNode(t, folder, { args: ["--listen", `127.0.0.1:${port}`, ...args] });
  await silentPeer(t, port);
  while ((await node.rpc("getconnectioncount")).result === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  return node;
}

// Equihash (48,5), then (96,5).
for (const height of [50, 100]) {
  t.test(`a block made of a template by a script, at height ${height + 1}`, async (t) => {
    const folder = temporaryFolder(t);
    const blocks = BLOCKS.slice(0, height).join("\n");
    t.equal((await importBlocks(folder, "-", { input: blocks })).result?.height, height);
    const node = await connectedNode(t, folder);

    const { result: template } = await node.rpc("getblocktemplate");
    t.match(template, { height: height + 1, version: 4, capabilities: ["proposal"] });
    const { header, rest } = assemble(template);
    const { code, result } = await solve(header, "--height", `${template.height}`);
    t.equal(code, 0);
    t.equal(result.n, height < 90 ? 48 : 96);
    t.ok(result.hash <= template.target);
    t.equal((await fluxnode(["pow", "verify", ...NETWORK, "--height", `${template.height}`, result.header])).code, 0);
    const block = result.header + rest;

    const proposal = { mode: "proposal", data: block };
    t.equal((await node.rpc("getblocktemplate", proposal)).result, null);
    t.equal((await node.rpc("submitblock", block)).result, null);
    t.equal((await node.rpc("getbestblockhash")).result, result.hash);
    t.equal((await node.rpc("getblocktemplate", proposal)).result, "duplicate");

    // The same with the whole template as input.
    const { result: next } = await node.rpc("getblocktemplate");
    t.equal(next.height, height + 2);
    t.equal(next.previousblockhash, result.hash);
    const whole = await fluxnode(["pow", "solve", ...NETWORK, "--block", "-"], { input: JSON.stringify(next) });
    t.equal(whole.code, 0);
    t.equal((await node.rpc("submitblock", whole.stdout.trim())).result, null);
    t.equal((await node.rpc("getblockcount")).result, height + 2);

    // Nobody named an address, so the node pays to a key of its own and keeps it.
    t.match(readFileSync(join(folder, "regtest-a/mining.key"), "utf8"), /^[1-9A-HJ-NP-Za-km-z]+\n$/);
  });
}

t.test("waiting for new work ends with a new block", async (t) => {
  const folder = temporaryFolder(t);
  const node = await connectedNode(t, folder);
  const { result: template } = await node.rpc("getblocktemplate");
  // By another connection, since the first one is in use by what wakes it.
  const request = JSON.stringify({ longpollid: template.longpollid });
  let answered = false;
  const waiting = fluxnode(["rpc", "getblocktemplate", request, "--datadir", folder, ...NETWORK, "--json"]);
  waiting.then(() => {
    answered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  t.notOk(answered);
  t.equal((await node.rpc("submitblock", BLOCKS[0])).result, null);
  const { stdout } = await waiting;
  t.equal(JSON.parse(stdout).height, 2);
});

t.test("blocks at once, by RPC", async (t) => {
  const folder = temporaryFolder(t);
  const address = "tmRucHD85zgSigtA4sJJBDbPkMUJDcw5XDE";
  const node = await startNode(t, folder, { args: ["--listen", "off", "--mine-address", address] });
  const { result: hashes } = await node.rpc("generate", 3);
  t.equal(hashes.length, 3);
  t.equal((await node.rpc("getblockcount")).result, 3);
  t.equal((await node.rpc("getbestblockhash")).result, hashes[2]);
  const { result: block } = await node.rpc("getblock", "3", 2);
  t.same(block.tx[0].vout[0].scriptPubKey.addresses, [address]);
  t.notOk(existsSync(join(folder, "regtest-a/mining.key")));
  const refused = await node.rpc("setgenerate", true);
  t.equal(refused.error.code, -32601);
});

t.test("--mine finds blocks and says how", async (t) => {
  const folder = temporaryFolder(t);
  const node = await startNode(t, folder, { args: ["--listen", "off", "--mine", "--mine-threads", "1"] });
  while ((await node.rpc("getblockcount")).result < 5) await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal((await node.rpc("getgenerate")).result, true);
  const { result: info } = await node.rpc("getmininginfo");
  t.match(info, { generate: true, genproclimit: 1, currentblocksize: 1000, currentblocktx: 0 });
  t.ok(info.localsolps > 0);
  t.match(node.stderr, /mining.*equihash=48,5.*threads=1.*memoryMib=/);
  t.match(node.stderr, /block found/);
  node.child.kill("SIGTERM");
  t.same(await node.ended, { code: 0, signal: null });
});

t.test("pow solve refuses what it cannot solve, and stops when it is told to", async (t) => {
  const header = `${"00".repeat(104)}ffff001d`;
  t.match(await solve(header), { code: 2, error: { code: "usage" } });
  t.match(await solve(header, "--n", "48"), { code: 2, error: { code: "usage" } });
  t.match(await solve(header, "--n", "40", "--k", "4"), { code: 2, error: { code: "usage" } });
  t.match(await solve("xyz", "--height", "1"), { code: 2, error: { code: "usage" } });
  t.match(await solve("{}", "--height", "1"), { code: 2, error: { code: "usage" } });
  t.match(await solve(header, "--n", "48", "--k", "5", "--max-nonces", "20"), {
    code: 1,
    error: { code: "no-solution" },
  });
  const interrupted = await fluxnode(["pow", "solve", header, "--n", "200", "--k", "9", "--threads", "1"], {
    started: (child) => setTimeout(() => child.kill("SIGINT"), 1500),
  });
  t.equal(interrupted.code, 130);
  t.match(interrupted.stderr, /MiB of memory/);
});
