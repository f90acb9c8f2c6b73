import { afterEach, expect, test } from "bun:test";
import { type Chain, checkSnapshot, HistoryValidation, loadSnapshot } from "../../src/chain/index.ts";
import { createClock } from "../../src/platform/index.ts";
import { type Block, decodeBlock, encodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import { connectAll, freshChain, openTestChain, removeScratchFolders, scratchDirectory } from "./test-store.ts";

afterEach(removeScratchFolders);

const SET = "regtest-a";
const params = networkOf(SET);
const blocks = blocksOf(SET);
const BASE = 700;
const ORDER = BigInt("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function bytesOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex");
}

/** The other signature that the same key could have made: with the negative s. */
function otherDer(signature: Uint8Array): Uint8Array {
  const r = signature.subarray(2, 4 + (signature[3] as number));
  const s = signature.subarray(r.length + 4);
  // As short as it can be, but with its highest bit set it would be negative.
  let digits = Buffer.concat([Buffer.of(0), bytesOf(ORDER - numberOf(s))]);
  while (digits[0] === 0 && (digits[1] as number) < 0x80) digits = digits.subarray(1);
  const body = Buffer.concat([r, Buffer.of(0x02, digits.length), digits]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function otherCompact(signature: Uint8Array): Uint8Array {
  const head = (((signature[0] as number) - 27) ^ 1) + 27;
  return Buffer.concat([Buffer.of(head), signature.subarray(1, 33), bytesOf(ORDER - numberOf(signature.subarray(33)))]);
}

/** The same block with other valid signatures wherever no hash commits to them; says how many. */
function resigned(raw: Uint8Array): { block: Block; changed: number } {
  let changed = 0;
  const bytes = Buffer.from(raw);
  for (const { fluxnode } of decodeBlock(raw).transactions) {
    if (!fluxnode || fluxnode.kind === "untyped") continue;
    // Who attests a benchmark signs the other signature, too.
    const signature = fluxnode.kind === "confirm" ? fluxnode.benchmarkSignature : fluxnode.signature;
    if (signature.length !== 65) continue;
    bytes.set(otherCompact(signature), bytes.indexOf(signature));
    changed++;
  }
  const block = decodeBlock(new Uint8Array(bytes));
  const { header } = block;
  if (header.proof.kind !== "pon" || header.proof.signature[0] !== 0x30) return { block, changed };
  const proof = { ...header.proof, signature: otherDer(header.proof.signature) };
  return { block: decodeBlock(encodeBlock({ ...header, proof }, block.transactions)), changed: changed + 1 };
}

async function snapshotOf(chain: Chain): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await chain.writeSnapshot(null, async (content) => {
    for await (const piece of content) pieces.push(piece);
  });
  await chain.close();
  return Buffer.concat(pieces);
}

async function* once(content: Uint8Array) {
  yield content;
}

test("blocks with other valid signatures than the snapshot's maker had refute nothing", async () => {
  const source = await freshChain(params);
  await connectAll(source, blocks.slice(0, BASE));
  const content = await snapshotOf(source);
  const directory = scratchDirectory(params);
  await loadSnapshot({ params, read: () => once(content), trusted: null, claim: () => directory });
  const chain = await openTestChain(params, directory);
  const clock = createClock(MOCK_TIME);
  const validation = await HistoryValidation.open({ chain, directory: scratchDirectory(params), clock });
  if (!validation || !chain.history.hashes) throw new Error("there is nothing to validate");
  let changed = 0;
  for (const raw of blocks.slice(0, BASE)) {
    const other = resigned(raw);
    expect(other.block.header.hash).toEqual(decodeBlock(raw).header.hash);
    changed += other.changed;
    expect(await validation.submit(other.block)).toEqual({ kind: "good" });
  }
  expect(changed).toBeGreaterThan(100);
  expect(await validation.compare(chain.history.hashes, new AbortController().signal)).toBeNull();
  await validation.close();
  await chain.close();
}, 120_000);

test("the last block of a snapshot holds the transactions that its header names", async () => {
  const source = await freshChain(params);
  await connectAll(source, blocks.slice(0, 50));
  const content = Buffer.from(await snapshotOf(source));
  const raw = Buffer.from(blocks[49] as Uint8Array);
  const at = content.indexOf(raw);
  expect(at).toBeGreaterThan(0);
  // An amount in the coinbase.
  const place = at + raw.length - 12;
  content[place] = (content[place] as number) ^ 1;
  await expect(checkSnapshot(params, once(content))).rejects.toMatchObject({
    code: "snapshot-damaged",
    message: expect.stringContaining("its block holds other transactions"),
  });
}, 60_000);
