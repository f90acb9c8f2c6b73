import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ByteWriter, DecodeError, equalBytes, fromHex, toDisplayHash, toHex } from "../../src/protocol/bytes/index.ts";
import {
  decodeBlock,
  decodeHeader,
  decodeTransaction,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  type Transaction,
} from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf, RECORDED_SETS, submissionsOf } from "./recorded-set.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import {
  coinHashOf,
  connectAll,
  finalCoinHash,
  openTestChain,
  removeScratchFolders,
  scratchDirectory,
  tipOf,
} from "./test-store.ts";

afterEach(removeScratchFolders);

/** Blocks with every kind of transaction, and such that the daemon refused. */
const blocks: readonly Uint8Array[] = RECORDED_SETS.flatMap((set) => [
  ...blocksOf(set),
  ...submissionsOf(set)
    .filter(({ method, hex }) => method === "submitblock" && /^([0-9a-f]{2})+$/.test(hex))
    .map(({ hex }) => fromHex(hex)),
]);
const transactions: readonly Uint8Array[] = [
  ...RECORDED_SETS.flatMap((set) => blocksOf(set)).flatMap((raw) => decodeBlock(raw).transactions.map((tx) => tx.raw)),
  ...RECORDED_SETS.flatMap((set) => submissionsOf(set))
    .filter(({ method, hex }) => method === "sendrawtransaction" && /^([0-9a-f]{2})+$/.test(hex))
    .map(({ hex }) => fromHex(hex)),
];

/** A length that claims more than is there. */
const hugeCount = fc.constantFrom("fdffff", "fe00000002", "feffffff7f", "ffffffffffffffffff", "fe01000002", "fd0100");

/** One way to spoil bytes. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), place: fc.nat(), bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant("set" as const),
    place: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant("set" as const), place: fc.nat(), bytes: hugeCount.map(fromHex) }),
  fc.record({ kind: fc.constant("insert" as const), place: fc.nat(), bytes: hugeCount.map(fromHex) }),
  fc.record({ kind: fc.constant("insert" as const), place: fc.nat(), bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant("remove" as const), place: fc.nat(), length: fc.integer({ min: 1, max: 80 }) }),
  fc.record({ kind: fc.constant("cut" as const), place: fc.nat() }),
  fc.record({ kind: fc.constant("repeat" as const), place: fc.nat(), length: fc.integer({ min: 1, max: 400 }) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Uint8Array, change: Mutation): Uint8Array {
  const at = change.place % Math.max(1, bytes.length);
  const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case "flip":
      return join(head, Uint8Array.of((tail[0] ?? 0) ^ (1 << change.bit)), tail.subarray(1));
    case "set":
      return join(head, change.bytes, tail.subarray(change.bytes.length));
    case "insert":
      return join(head, change.bytes, tail);
    case "remove":
      return join(head, tail.subarray(change.length));
    case "cut":
      return head;
    case "repeat":
      return join(head, tail.subarray(0, change.length), tail);
  }
}

function spoiled(sources: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(sources.length - 1), fc.array(mutation, { maxLength: 4 }))
    .map(([index, changes]) => changes.reduce(mutate, sources[index] as Uint8Array));
}

const noise = fc.uint8Array({ maxLength: 600 });

/** What a decoder makes of bytes; null if it refuses them. */
function decoded<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T | null {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function fieldsOf({ raw: _raw, txid: _txid, ...fields }: Transaction) {
  return fields;
}

/** The canonical form is the beginning of the input, except that impossible keys of fluxnode transactions are dropped. */
function expectTransaction(tx: Transaction, wire: Uint8Array): void {
  expect(toHex(encodeTransaction(fieldsOf(tx)))).toBe(toHex(tx.raw));
  if (equalBytes(tx.raw, wire.subarray(0, tx.raw.length))) return;
  expect(tx.fluxnode).not.toBeNull();
  const again = decodeTransaction(tx.raw);
  expect(toHex(again.raw)).toBe(toHex(tx.raw));
  expect(toHex(again.txid)).toBe(toHex(tx.txid));
}

describe("decoding hostile bytes", () => {
  test("headers", () => {
    fc.assert(
      fc.property(fc.oneof(noise, spoiled(blocks.map((raw) => raw.subarray(0, 1600)))), (bytes) => {
        const header = decoded(decodeHeader, bytes);
        if (!header) return;
        const encoded = encodeHeader(header);
        expect(toHex(encoded)).toBe(toHex(bytes.subarray(0, encoded.length)));
      }),
      { numRuns: 4000 },
    );
  });

  test("transactions", () => {
    let good = 0;
    fc.assert(
      fc.property(
        fc.oneof({ weight: 1, arbitrary: noise }, { weight: 4, arbitrary: spoiled(transactions) }),
        (bytes) => {
          const tx = decoded(decodeTransaction, bytes);
          if (!tx) return;
          expectTransaction(tx, bytes);
          good++;
        },
      ),
      { numRuns: 6000 },
    );
    expect(good).toBeGreaterThan(500);
  });

  test("blocks", () => {
    let good = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 1, arbitrary: noise }, { weight: 4, arbitrary: spoiled(blocks) }), (bytes) => {
        const block = decoded(decodeBlock, bytes);
        if (!block) return;
        good++;
        expect(toHex(encodeBlock(block.header, block.transactions))).toBe(toHex(block.raw));
        if (!equalBytes(block.raw, bytes.subarray(0, block.raw.length))) {
          expect(block.transactions.some((tx) => tx.fluxnode)).toBe(true);
          expect(toHex(decodeBlock(block.raw).raw)).toBe(toHex(block.raw));
        }
      }),
      { numRuns: 4000 },
    );
    expect(good).toBeGreaterThan(300);
  });

  test("nothing is allocated for what a count only claims", () => {
    const header = blocks[0]?.subarray(0, 177) as Uint8Array;
    const claims: Uint8Array[] = [];
    for (const count of [0x02000000, 0x01ffffff, 0x100000, 0xffff]) {
      const claimed = (build: (writer: ByteWriter) => ByteWriter) => claims.push(build(new ByteWriter(300)).finish());
      claimed((w) => w.fixed(header).compactSize(count).fixed(new Uint8Array(100)));
      claimed((w) => w.u32(1).compactSize(count).fixed(new Uint8Array(100)));
      claimed((w) => w.u32(1).compactSize(0).compactSize(count).fixed(new Uint8Array(100)));
      claimed((w) => w.u32(2).compactSize(0).compactSize(0).u32(0).compactSize(count).fixed(new Uint8Array(100)));
      const sapling = (w: ByteWriter) =>
        w.u32(0x80000004).u32(0x892f2085).compactSize(0).compactSize(0).u32(0).u32(0).i64(0n);
      claimed((w) => sapling(w).compactSize(count).fixed(new Uint8Array(400)));
      claimed((w) => sapling(w).compactSize(0).compactSize(count).fixed(new Uint8Array(950)));
      claimed((w) => w.fixed(header.subarray(0, 140)).compactSize(count).fixed(new Uint8Array(20)));
    }
    Bun.gc(true);
    const before = process.memoryUsage();
    const start = performance.now();
    for (let round = 0; round < 50; round++) {
      for (const bytes of claims) {
        for (const decode of [decodeBlock, decodeTransaction, decodeHeader]) decoded<unknown>(decode, bytes);
      }
    }
    const after = process.memoryUsage();
    const input = 50 * 3 * claims.reduce((sum, bytes) => sum + bytes.length, 0);
    // Nothing was collected in between that held the size of a single claim.
    expect(after.rss - before.rss).toBeLessThan(10 * input + 16_000_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("a block of the largest size with the smallest transactions stays in bounds", () => {
    const count = 390_000;
    const writer = new ByteWriter(2_000_000).fixed(blocks[0]?.subarray(0, 177) as Uint8Array).compactSize(count);
    for (let i = 0; i < count; i++) writer.u32(5).u8(0);
    const raw = writer.finish();
    Bun.gc(true);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const block = decodeBlock(raw);
    const elapsed = performance.now() - start;
    const used = process.memoryUsage().rss - before;
    expect(block.transactions.length).toBe(count);
    // One object with its two hashes' worth of bytes for every five bytes of input.
    expect(used).toBeLessThan(count * 1200);
    expect(elapsed).toBeLessThan(3000);
  });
});

describe("submitting hostile bytes", () => {
  test("spoiled copies change nothing and do not keep the good blocks out", async () => {
    const set = "regtest-stock";
    const params = networkOf(set);
    const chainBlocks = blocksOf(set);
    const directory = scratchDirectory(params);
    const chain = await openTestChain(params, directory);
    const straightDirectory = scratchDirectory(params);
    const straight = await openTestChain(params, straightDirectory);
    const random = fc.sample(fc.tuple(fc.nat(20), fc.array(mutation, { minLength: 1, maxLength: 3 })), {
      numRuns: 2000,
      seed: 7,
    });
    const good = new Set([params.genesisBlock, ...chainBlocks].map((raw) => toDisplayHash(decodeHeader(raw).hash)));
    let refused = 0;
    for (const [i, raw] of chainBlocks.entries()) {
      for (const [ahead, changes] of random.slice(6 * i, 6 * i + 6)) {
        const source = chainBlocks[Math.min(i + (ahead > 10 ? 0 : ahead), chainBlocks.length - 1)] as Uint8Array;
        const bytes = changes.reduce(mutate, source);
        // A spoiled copy that decodes to the same block (bytes after its end) would be the good block.
        const block = decoded(decodeBlock, bytes);
        if (block && chainBlocks.some((each) => equalBytes(each, block.raw))) continue;
        if (!block) await expect(chain.submitBlock(bytes)).rejects.toBeInstanceOf(DecodeError);
        else if ((await chain.submitBlock(bytes)).reject) refused++;
        // Where no target has to be met, a header with another time is a rival as good as the block itself.
        if (!good.has(tipOf(chain))) await chain.invalidateBlock(chain.tipHash);
      }
      if (chain.height <= i) await chain.submitBlock(raw);
      if (!good.has(tipOf(chain))) await chain.invalidateBlock(chain.tipHash);
      expect(chain.height).toBeGreaterThanOrEqual(i + 1);
    }
    expect(refused).toBeGreaterThan(500);
    await connectAll(straight, chainBlocks);
    expect(await coinHashOf(chain)).toBe(await finalCoinHash(set));
    expect(await stateSnapshot(chain, directory)).toEqual(await stateSnapshot(straight, straightDirectory));
    await chain.close();
    await straight.close();
  }, 60_000);

  test("noise never gets past the decoder", async () => {
    const params = networkOf("regtest-stock");
    const chain = await openTestChain(params, scratchDirectory(params));
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const outcome = await chain.submitBlock(bytes).catch((error: unknown) => error);
        if (!(outcome instanceof DecodeError))
          expect(outcome).toMatchObject({ reject: { reason: expect.any(String) } });
        expect(chain.height).toBe(0);
      }),
      { numRuns: 1000 },
    );
    await chain.close();
  });
});
