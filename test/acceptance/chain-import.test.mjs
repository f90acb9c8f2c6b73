import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { BLOCKS, BLOCKS_TEXT, bootstrapFile, importBlocks, NETWORK, SET, TIP } from "./test-chain.mjs";

const FORMATS = [
  ["lines of hex", () => BLOCKS_TEXT],
  ["packed lines of hex", () => gzipSync(BLOCKS_TEXT)],
  ["a bootstrap.dat", () => bootstrapFile()],
  ["a packed bootstrap.dat", () => gzipSync(bootstrapFile())],
];

for (const [name, content] of FORMATS) {
  t.test(`${name} is imported from a file and from standard input`, async (t) => {
    const folder = temporaryFolder(t);
    // The name says nothing about the format.
    const file = join(folder, "blocks");
    writeFileSync(file, content());
    const whole = { ...TIP, blocks: 1420, known: 0, connected: 1420, sideBranch: 0, refusal: null, interrupted: false };
    t.match(await importBlocks(join(folder, "a"), file), { code: 0, result: whole, error: null });
    t.match(await importBlocks(join(folder, "b"), "-", { input: content() }), { code: 0, result: whole, error: null });
    t.match(await importBlocks(join(folder, "a"), file), { code: 0, result: { ...TIP, known: 1420, connected: 0 } });
  });
}

t.test("the text form tells the same", async (t) => {
  const folder = temporaryFolder(t);
  const args = ["chain", "import", "-", "--datadir", folder, ...NETWORK];
  const { code, stdout, stderr } = await fluxnode(args, { input: BLOCKS.slice(0, 5).join("\r\n\r\n") });
  t.equal(code, 0);
  t.equal(stderr, "", "no progress when nobody watches");
  t.match(
    stdout,
    /^height +5\nhash +07241ccc46d9188d503f5fa4a7e38ea68b25f8f99ff49c8fff1b691d106d83c5\nblocks read +5\n/,
  );
});

/** Six good blocks and then something else, with more good blocks behind it. */
function withSeventh(line) {
  return [...BLOCKS.slice(0, 6), ...(line === null ? [] : [line]), ...BLOCKS.slice(7, 60)].join("\n");
}

const block7 = BLOCKS[6];
const otherCoinbase = `${block7.slice(0, -20)}${block7.at(-20) === "0" ? "1" : "0"}${block7.slice(-19)}`;
const REFUSALS = [
  [
    "bad hex",
    withSeventh(`${block7.slice(0, 40)}xy${block7.slice(42)}`),
    { place: "line 7", reason: /"x" at position 41/, hash: null },
  ],
  ["half a block", withSeventh(block7.slice(0, 300)), { place: "line 7", reason: /no block/, hash: null }],
  ["a block with a tail", withSeventh(`${block7}00`), { place: "line 7", reason: /followed by/, hash: null }],
  [
    "a block that does not attach",
    withSeventh(null),
    { place: "line 7", reason: "bad-prevblk", rule: "header.parent-unknown" },
  ],
  [
    "a block with another coinbase",
    withSeventh(otherCoinbase),
    { place: "line 7", reason: "bad-txnmrklroot", rule: "block.merkle-root" },
  ],
  [
    "an endless line",
    withSeventh("00".repeat(2_000_001)),
    { place: "line 7", reason: /longer than a block/, hash: null },
  ],
  [
    "a record that is cut off",
    bootstrapFile(BLOCKS.slice(0, 7)).subarray(0, -9),
    { place: "block 7 at byte 1638", reason: /ends inside the block/, hash: null },
  ],
  [
    "a record that does not attach",
    bootstrapFile([...BLOCKS.slice(0, 6), ...BLOCKS.slice(7)]),
    { place: "block 7 at byte 1638", reason: "bad-prevblk" },
  ],
];

for (const [name, input, refusal] of REFUSALS) {
  t.test(`${name} ends the import and is named; the blocks before it stay`, async (t) => {
    const folder = temporaryFolder(t);
    const { code, result, error } = await importBlocks(folder, "-", { input });
    t.equal(code, 1);
    t.match(result, { height: 6, blocks: 6, connected: 6, refusal });
    t.ok(error.message.includes(refusal.place), error.message);
    t.ok(error.message.includes(result.refusal.reason), error.message);
    t.equal(error.code, refusal.hash === null ? "block-file-invalid" : "block-refused");
    if (refusal.hash === undefined) t.match(result.refusal.hash, /^[0-9a-f]{64}$/);
    // What was handed in behind the refused block left nothing that disturbs the right ones.
    t.match(await importBlocks(folder, "-", { input: BLOCKS_TEXT }), { code: 0, result: { ...TIP, known: 6 } });
  });
}

t.test("blocks of another branch are kept aside", async (t) => {
  const [reorg] = JSON.parse(gunzipSync(readFileSync(join(SET, "reorgs.json.gz"))));
  const folder = temporaryFolder(t);
  const main = BLOCKS.slice(0, reorg.base_height + reorg.branchB.length);
  const input = [...main, ...reorg.branchA].join("\n");
  const { code, result } = await importBlocks(folder, "-", { input });
  t.equal(code, 0);
  t.match(result, { height: main.length, connected: main.length, sideBranch: reorg.branchA.length });
});

t.test("what cannot be read changes nothing", async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, "data");
  t.match(await importBlocks(data, join(folder, "missing")), {
    code: 4,
    result: null,
    error: { code: "file-not-found" },
  });
  t.match(await importBlocks(data, folder), { code: 1, result: null, error: { code: "is-a-directory" } });
  t.notOk(existsSync(data), "no data directory was made");
});

t.test("a packed file that is cut off is imported as far as it goes", async (t) => {
  const folder = temporaryFolder(t);
  const packed = gzipSync(BLOCKS_TEXT);
  const { code, result, error } = await importBlocks(folder, "-", { input: packed.subarray(0, packed.length / 2) });
  t.equal(code, 1);
  t.equal(error.code, "gzip-damaged");
  t.ok(result.height > 100 && result.height < 1420, `height ${result.height}`);
});

t.test("indexes are for new chains", async (t) => {
  const folder = temporaryFolder(t);
  const input = BLOCKS.slice(0, 20).join("\n");
  await importBlocks(join(folder, "plain"), "-", { input });
  const late = await importBlocks(join(folder, "plain"), "-", { input, args: ["--index"] });
  t.match(late, { code: 5, result: null, error: { code: "index-missing" } });
  t.match(await importBlocks(join(folder, "indexed"), "-", { input, args: ["--index"] }), { code: 0 });
  t.match(await importBlocks(join(folder, "indexed"), "-", { input }), { code: 0, result: { known: 20 } });
});
