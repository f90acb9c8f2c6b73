import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { BLOCKS, BLOCKS_TEXT, importBlocks, NETWORK, PACKED_BLOCKS, TIP } from "./test-chain.mjs";

const folder = temporaryFolder(t);
const data = join(folder, "data");
const begun = join(folder, "begun");
const file = join(folder, "chain.snapshot");
const snapshot = (...args) => fluxnode(["chain", "snapshot", ...args, "--json", ...NETWORK]);
const rpc = async (datadir, ...args) => {
  const { code, stdout } = await fluxnode(["rpc", ...args, "--json", "--datadir", datadir, ...NETWORK]);
  return code === 0 ? JSON.parse(stdout) : code;
};

t.before(() => importBlocks(data, "-", { input: BLOCKS_TEXT }));

t.test("created, verified, loaded and gone on with", async (t) => {
  const created = await snapshot("create", file, "--height", "1330", "--datadir", data);
  t.same([created.code, created.stderr], [0, ""]);
  const { sha256, coinsHash, height } = JSON.parse(created.stdout);
  t.equal(height, 1330);
  const verified = JSON.parse((await snapshot("verify", file)).stdout);
  t.match(verified, { height, sha256, coinsHash, historyValidated: false });
  const loaded = await snapshot("load", file, "--datadir", begun);
  t.same([loaded.code, loaded.stderr], [0, ""]);
  t.equal((await rpc(begun, "gettxoutsetinfo")).hash_serialized, coinsHash);
  t.equal(await rpc(begun, "getblockcount"), 1330);
  const old = await fluxnode(["chain", "block", "700", "--datadir", begun, ...NETWORK]);
  t.not(old.code, 0);
  t.match(old.stderr, /not available/i);
  const more = await importBlocks(begun, "-", { input: BLOCKS.slice(1330).join("\n") });
  t.match(more, { code: 0, result: { ...TIP, connected: 90 } });
  for (const method of ["gettxoutsetinfo", "viewdeterministicfluxnodelist"]) {
    const [one, other] = [await rpc(begun, method), await rpc(data, method)];
    delete one.bytes_serialized;
    delete other.bytes_serialized;
    t.same(one, other, method);
  }
});

t.test("compared with the blocks it stands for", async (t) => {
  const { code, stdout } = await snapshot("verify", file, "--blocks", PACKED_BLOCKS);
  t.equal(code, 0);
  t.match(JSON.parse(stdout), { historyValidated: true });
  const few = join(folder, "few");
  writeFileSync(few, BLOCKS.slice(0, 20).join("\n"));
  t.match(await snapshot("verify", file, "--blocks", few), { code: 1, stderr: /blocks-missing/ });
});

t.test("refused with nothing changed", async (t) => {
  const none = join(folder, "none");
  const bytes = readFileSync(file);
  const broken = join(folder, "broken");
  writeFileSync(broken, bytes.subarray(0, bytes.length >> 1));
  t.match(await snapshot("load", broken, "--datadir", none), { code: 1, stdout: "" });
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1] ^= 4;
  writeFileSync(broken, flipped);
  t.match(await snapshot("load", broken, "--datadir", none), { code: 1, stdout: "" });
  t.match(await snapshot("load", PACKED_BLOCKS, "--datadir", none), { code: 1, stderr: /snapshot-foreign/ });
  t.match(await snapshot("load", file, "--datadir", none, "--block-hash", TIP.hash), { code: 5 });
  const main = ["chain", "snapshot", "load", file, "--datadir", none, "--network", "main"];
  t.match(await fluxnode(main), { code: 5, stderr: /not one of the network main/ });
  t.notOk(existsSync(none));
  t.match(await snapshot("load", file, "--datadir", data), { code: 5, stderr: /chain-exists/ });
  t.equal(await rpc(data, "getblockcount"), 1420);
  t.match(await snapshot("create", file, "--height", "7", "--datadir", data), { code: 5 });
  t.ok(readFileSync(file).equals(bytes));
  t.notOk(readdirSync(folder).some((name) => name.endsWith(".new")));
});

t.test("a node started from it serves at once", async (t) => {
  const served = join(folder, "served");
  t.equal((await snapshot("load", file, "--datadir", served)).code, 0);
  const node = await startNode(t, served);
  t.equal((await rpc(served, "gettxoutsetinfo")).height, 1330);
  t.match(await snapshot("create", join(folder, "no"), "--datadir", served), { code: 5, stderr: /node-running/ });
  node.child.kill("SIGINT");
  t.equal((await node.ended).code, 0);
});
