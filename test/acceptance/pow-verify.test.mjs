import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { fluxnode } from "./run-fluxnode.mjs";
import { BLOCKS, NETWORK } from "./test-chain.mjs";

const VECTORS = join(dirname(fileURLToPath(import.meta.url)), "../vectors");
const readJson = (path) => JSON.parse(readFileSync(join(VECTORS, path), "utf8"));
const { items } = readJson("mainnet/headers-pow.json");

async function verify(header, height, ...args) {
  const { code, stdout, stderr } = await fluxnode([
    "pow",
    "verify",
    "--height",
    `${height}`,
    header,
    "--json",
    ...args,
  ]);
  return { code, report: stdout && JSON.parse(stdout), error: stderr && JSON.parse(stderr).error };
}

/** The same header with one digit of it changed. */
function changed(header, position) {
  const at = position < 0 ? header.length + position : position;
  return header.slice(0, at) + (header[at] === "0" ? "1" : "0") + header.slice(at + 1);
}

for (const { height, n, k, hash, header } of items.filter((item) => item.height !== null)) {
  t.test(`main network header ${height}`, async (t) => {
    const good = await verify(header, height);
    t.equal(good.code, 0);
    t.match(good.report, { valid: true, kind: "pow", network: "main", height, n, k, hash });
    t.same(good.report.checks, { kind: true, version: true, solutionSize: true, solution: true, target: true });
    t.match(good.report.target, /^[0-9a-f]{64}$/);
    t.ok(good.report.hash <= good.report.target);

    const bad = await verify(changed(header, -7), height);
    t.equal(bad.code, 1);
    t.match(bad.report, { valid: false, checks: { solution: false } });
  });
}

t.test("the size of a solution belongs to a height", async (t) => {
  const first = items.find(({ height }) => height === 100000).header;
  const late = await verify(first, 400000);
  t.equal(late.code, 1);
  t.match(late.report, { valid: false, checks: { solution: true, solutionSize: false } });
  t.match(late.report.notes.join(), /at height 400000 the solution is for 125,4/);
  const pon = await verify(first, 3000000);
  t.match(pon, { code: 1, report: { checks: { kind: false } } });
});

t.test("a target that is too easy or not met", async (t) => {
  const { header, height } = items.find((item) => item.height === 0);
  // bits stand at byte 104; 2000ffff is easier than the network allows, 1e07ffff harder than the hash.
  const withBits = (bits) => header.slice(0, 208) + bits + header.slice(216);
  t.match(await verify(withBits("ffff0020"), height), { code: 1, report: { checks: { target: false } } });
  t.match(await verify(withBits("ffff071e"), height), { code: 1, report: { checks: { target: false } } });
});

t.test("genesis headers of the other networks", async (t) => {
  const genesis = readJson("equihash/genesis-headers.json");
  for (const name of ["test", "regtest"]) {
    const { headerHex, hash } = genesis[name];
    const { code, report } = await verify(headerHex, 0, "--network", name);
    t.match(report, { network: name, hash, checks: { solution: true, solutionSize: true, target: true } });
    // On regtest Proof of Node is in force from the first height on.
    t.equal(code, report.checks.kind ? 0 : 1);
  }
});

t.test("Proof-of-Node headers", async (t) => {
  const first = readJson("mainnet/blocks.json").items.find(({ height }) => height === 2020000);
  const header = ponHeader(first.raw);
  const { code, report } = await verify(header, 2020000);
  t.equal(code, 0);
  t.match(report, {
    valid: true,
    kind: "pon",
    hash: first.hash,
    n: null,
    k: null,
    checks: { kind: true, target: true },
  });
  t.equal(Buffer.from(report.proofHash, "hex").reverse().toString("hex").length, 64);
  t.ok([report.proofHash, Buffer.from(report.proofHash, "hex").reverse().toString("hex")].includes(first.ponHash));
  t.match(await verify(header, 1999999), { code: 1, report: { checks: { kind: false } } });

  const inTestChain = ponHeader(BLOCKS[1399]);
  t.match(await verify(inTestChain, 1400, ...NETWORK), { code: 0, report: { network: "regtest-a", kind: "pon" } });
});

/** Version 100 headers: 108 bytes, collateral of 36 bytes, signature with its length in one byte. */
function ponHeader(block) {
  const signatureLength = Number.parseInt(block.slice(288, 290), 16);
  return block.slice(0, 290 + 2 * signatureLength);
}

t.test("text for people", async (t) => {
  const { header, height } = items[1];
  const { code, stdout } = await fluxnode(["pow", "verify", header, "--height", `${height}`]);
  t.equal(code, 0);
  t.match(stdout, /^valid +yes\nnetwork +main\nhash +[0-9a-f]{64}\nequihash +200,9\n/);
});

t.test("what is no header", async (t) => {
  const { header } = items[0];
  for (const wrong of ["", "zz", "0", header.slice(0, 100), `${header}00`]) {
    t.match(await verify(wrong, 0), { code: 2, report: "", error: { code: "usage", message: /not a header/ } });
  }
  t.match(await verify(header, -1), { code: 2 });
  t.match(await verify(header, "high"), { code: 2, error: { message: /--height/ } });
  t.equal((await fluxnode(["pow", "verify", header])).code, 2);
  t.match(await verify(header, 0, "--network", "mian"), { code: 2, error: { code: "unknown-network" } });
});
