import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { startNode } from "./running-node.mjs";
import { BLOCKS, BLOCKS_TEXT, importBlocks, NETWORK } from "./test-chain.mjs";

const folder = temporaryFolder(t);
const data = join(folder, "data");
const output = join(folder, "output");
const exportTo = (file, ...args) => fluxnode(["chain", "export", file, "--datadir", data, ...NETWORK, ...args]);
const wholeInput = `${BLOCKS_TEXT.trim()}\n`;

t.before(() => importBlocks(data, "-", { input: BLOCKS_TEXT }));

t.test("what was imported is exported", async (t) => {
  const { code, stdout, stderr } = await exportTo(output, "--json");
  t.same([code, stderr], [0, ""]);
  t.same(JSON.parse(stdout), { file: output, from: 1, to: 1420, blocks: 1420, bytes: wholeInput.length });
  t.ok(readFileSync(output, "utf8") === wholeInput, "the same lines");
  t.equal(statSync(output).mode & 0o777, 0o644);
});

t.test("packed by the name, to standard output, and a range", async (t) => {
  t.equal((await exportTo(`${output}.gz`)).code, 0);
  t.ok(gunzipSync(readFileSync(`${output}.gz`)).toString() === wholeInput);
  t.ok((await exportTo("-")).stdout === wholeInput);
  t.equal((await exportTo("-", "--from", "10", "--to", "12")).stdout, `${BLOCKS.slice(9, 12).join("\n")}\n`);
  const genesis = await exportTo("-", "--from", "0", "--to", "0");
  t.match(genesis.stdout, /^04000000(0{64}).*\n$/);
});

t.test("a running node gives the same", async (t) => {
  const node = await startNode(t, data);
  t.ok((await exportTo("-")).stdout === wholeInput);
  node.child.kill("SIGINT");
  t.equal((await node.ended).code, 0);
});

t.test("a file is replaced as a whole or not at all", async (t) => {
  const kept = join(folder, "kept");
  writeFileSync(kept, "old");
  t.match(await exportTo(kept, "--to", "5000"), { code: 4, stderr: /the chain ends at 1420/ });
  t.match(await exportTo(kept, "--from", "20", "--to", "10"), { code: 2 });
  t.match(await exportTo(kept, "--from", "ten"), { code: 2, stderr: /whole number/ });
  t.equal(readFileSync(kept, "utf8"), "old");
  t.match(await exportTo("/dev/full"), { code: 1, stderr: /no space left/ });
  t.match(await exportTo(join(folder, "no/folder")), { code: 4 });
  t.match(await exportTo("-", "--json"), { code: 2, stdout: "" });
  t.same(readdirSync(folder).sort(), ["data", "kept", "output", "output.gz"], "nothing is left over");
});

t.test("without a chain there is nothing to export, and none is made", async (t) => {
  const empty = join(folder, "empty");
  t.match(await fluxnode(["chain", "export", "-", "--datadir", empty, ...NETWORK]), { code: 4, stdout: "" });
  t.notOk(existsSync(empty));
});
