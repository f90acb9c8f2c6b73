import { heapStats } from "bun:jsc";
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { encodeTransactionCoins, MutableTransactionCoins } from "../../src/chain/coins/transaction-coins.ts";
import type { Chain } from "../../src/chain/index.ts";
import { checkSnapshot, loadSnapshot } from "../../src/chain/index.ts";
import { encodeHead } from "../../src/chain/snapshot/snapshot-format.ts";
import { createDataDirectory, type DataDirectory } from "../../src/platform/index.ts";
import { fromDisplayHash, fromHex, toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { builtInNetwork } from "../../src/protocol/params/index.ts";
import { blocksOf, networkOf, reorgsOf, statesOf } from "./recorded-set.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import {
  coinHashOf,
  connectAll,
  finalCoinHash,
  freshChain,
  openTestChain,
  removeScratchFolders,
  scratchDirectory,
  scratchFolder,
  tipOf,
} from "./test-store.ts";

afterEach(removeScratchFolders);

const SET = "regtest-a";
const params = networkOf(SET);
const blocks = blocksOf(SET);

async function snapshotOf(chain: Chain, height: number | null = null): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await chain.writeSnapshot(height, async (content) => {
    for await (const piece of content) pieces.push(piece);
  });
  return Buffer.concat(pieces);
}

async function* inPieces(content: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

function load(content: Uint8Array, claim: () => DataDirectory, trusted: Uint8Array | null = null, network = params) {
  return loadSnapshot({ params: network, read: () => inPieces(content), trusted, claim });
}

async function loaded(content: Uint8Array): Promise<{ chain: Chain; directory: DataDirectory }> {
  const directory = scratchDirectory(params);
  await load(content, () => directory);
  return { chain: await openTestChain(params, directory), directory };
}

const recorded = new Map([...statesOf(SET).values()].map((state) => [state.hash, state]));

function recordedCoins(hash: string): string | undefined {
  return recorded.get(hash)?.gettxoutsetinfo?.hash_serialized;
}

/** Everything that belongs to the tip except what only the blocks below could tell. */
async function comparable(chain: Chain, directory: DataDirectory) {
  const { undo: _, ...state } = await stateSnapshot(chain, directory);
  return state;
}

describe("round trip", () => {
  for (const indexes of [false, true]) {
    test(`at several heights and on to the recorded end, ${indexes ? "with" : "without"} indexes`, async () => {
      const directory = scratchDirectory(params);
      const source = await openTestChain(params, directory, { indexes });
      const heights = [1, 150, 620, 1200, 1400];
      let compared = 0;
      for (const height of heights) {
        await connectAll(source, blocks.slice(source.height, height));
        const content = await snapshotOf(source);
        const { chain, directory: target } = await loaded(content);
        expect(chain.snapshotHeight).toBe(height);
        expect(chain.indexed).toBe(false);
        expect(tipOf(chain)).toBe(tipOf(source));
        expect(await comparable(chain, target)).toEqual(await comparable(source, directory));
        const known = recordedCoins(tipOf(chain));
        if (known) {
          expect(await coinHashOf(chain)).toBe(known);
          compared++;
        }
        await connectAll(chain, blocks.slice(height));
        expect(await coinHashOf(chain)).toBe(await finalCoinHash(SET));
        await chain.close();
      }
      expect(compared).toBeGreaterThan(0);
      await source.close();
    }, 120_000);
  }

  test("the list of nodes after the recorded end is the one of a chain from genesis", async () => {
    const directory = scratchDirectory(params);
    const source = await openTestChain(params, directory);
    await connectAll(source, blocks.slice(0, 1000));
    const begun = await loaded(await snapshotOf(source));
    await connectAll(source, blocks.slice(1000));
    await connectAll(begun.chain, blocks.slice(1000));
    expect(await comparable(begun.chain, begun.directory)).toEqual(await comparable(source, directory));
    const { undo } = await stateSnapshot(begun.chain, begun.directory);
    expect(undo?.length).toBe(blocks.length - 1000);
    await source.close();
    await begun.chain.close();
  }, 60_000);
});

describe("below the tip", () => {
  test("gives the bytes of a chain that ended there, and changes nothing", async () => {
    const directory = scratchDirectory(params);
    const source = await openTestChain(params, directory, { indexes: true });
    await connectAll(source, blocks.slice(0, 1320));
    const there = await snapshotOf(source);
    await connectAll(source, blocks.slice(1320));
    const before = await stateSnapshot(source, directory);
    expect((await snapshotOf(source, 1320)).equals(there)).toBe(true);
    expect(await stateSnapshot(source, directory)).toEqual(before);
    expect((await source.verify(4, 50)).problem).toBeNull();
    for (const height of [0, 1319, 1421]) {
      expect(snapshotOf(source, height)).rejects.toMatchObject({ code: "snapshot-height" });
    }
    await source.close();
  }, 60_000);
});

describe("a chain that began with a snapshot", () => {
  test("has no blocks below, does not go below, and can be snapshotted and verified", async () => {
    const source = await freshChain(params);
    await connectAll(source, blocks.slice(0, 1300));
    const content = await snapshotOf(source);
    await source.close();
    const { chain } = await loaded(content);
    const raw = (height: number) =>
      chain.read((reader) => reader.rawBlock(reader.entryAt(height) as NonNullable<ReturnType<typeof reader.entryAt>>));
    expect(await raw(700)).toBeUndefined();
    expect(await raw(1300)).toBeDefined();
    expect(await chain.read((reader) => reader.pruneHeight)).toBe(1300);
    expect((await snapshotOf(chain)).equals(content)).toBe(true);
    await connectAll(chain, blocks.slice(1300, 1310));
    expect(await chain.verify(4, 0)).toEqual({ blocks: 10, replayed: 10, problem: null });
    const hashAt = (height: number) => chain.read((reader) => reader.entryAt(height)?.hash as Uint8Array);
    for (const height of [5, 1300]) {
      expect(chain.invalidateBlock(await hashAt(height))).rejects.toMatchObject({ code: "snapshot-base" });
    }
    expect(chain.height).toBe(1310);
    const first = await hashAt(1301);
    await chain.invalidateBlock(first);
    expect(chain.height).toBe(1300);
    await chain.reconsiderBlock(first);
    expect(chain.height).toBe(1310);
    expect((await chain.submitBlock(blocks[10] as Uint8Array)).known).toBe("valid");
    await chain.close();
  }, 60_000);
});

describe("a better branch from below the snapshot", () => {
  for (const { tag, base_height, branchA, branchB } of reorgsOf(SET)) {
    test(`${tag}: is kept aside without harm`, async () => {
      const source = await freshChain(params);
      await connectAll(source, blocks.slice(0, base_height));
      await connectAll(source, branchA.map(fromHex));
      const { chain, directory } = await loaded(await snapshotOf(source));
      const tip = tipOf(chain);
      const state = await comparable(chain, directory);
      for (const hex of branchB) {
        expect(await chain.submitBlock(fromHex(hex))).toMatchObject({ reject: null, judged: false });
        await source.submitBlock(fromHex(hex));
      }
      expect(tipOf(source)).not.toBe(tip);
      expect(tipOf(chain)).toBe(tip);
      expect(await comparable(chain, directory)).toEqual(state);
      await chain.close();
      const again = await openTestChain(params, directory);
      expect(tipOf(again)).toBe(tip);
      await again.close();
      await source.close();
    }, 60_000);
  }
});

/** Bytes that objects in use hold, buffers included: the memory of the process also counts what waits to be collected. */
function memoryHeld(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}

describe("memory", () => {
  test("does not grow with the number of coins", async () => {
    const source = await freshChain(params);
    await connectAll(source, blocks.slice(0, 10));
    const good = await snapshotOf(source);
    await source.close();
    const { head } = await checkSnapshot(params, inPieces(good));
    const count = 60_000;
    const script = new Uint8Array(3000).fill(0x51);
    const record = encodeTransactionCoins(new MutableTransactionCoins(1, 5, false, [{ value: 1n, script }]));
    async function* large() {
      yield encodeHead({ ...head, counts: { ...head.counts, coins: count, nullifiers: 0, anchors: 0 } });
      let at = encodeHead(head).length;
      for (let i = 0; i < head.counts.blocks + head.counts.headers; i++) at += 4 + good.readUInt32LE(at);
      yield good.subarray(encodeHead(head).length, at);
      for (let i = 0; i < count; i++) {
        const framed = Buffer.alloc(36 + record.length);
        framed.writeUInt32LE(32 + record.length, 0);
        framed.writeUInt32BE(i, 4);
        framed.set(record, 36);
        yield framed;
        if (i % 10_000 === 0) held = Math.max(held, memoryHeld());
      }
    }
    const before = memoryHeld();
    let held = before;
    await expect(checkSnapshot(params, large())).rejects.toMatchObject({ message: expect.stringContaining("cut off") });
    expect(held - before).toBeLessThan((count * record.length) / 8);
  }, 60_000);

  test("a record that claims to be huge, and counts that claim to be, are not allocated", async () => {
    const source = await freshChain(params);
    await connectAll(source, blocks.slice(0, 10));
    const good = await snapshotOf(source);
    await source.close();
    const head = 8 + 4 + 32 + 4 + 32 + 32 + 4 * 7;
    const huge = Buffer.from(good);
    huge.writeUInt32LE(0xffffffff, head);
    await expect(checkSnapshot(params, inPieces(huge))).rejects.toMatchObject({
      message: expect.stringContaining("too large"),
    });
    const many = Buffer.from(good);
    many.writeUInt32LE(0xffffffff, head - 20);
    await expect(checkSnapshot(params, inPieces(many))).rejects.toMatchObject({ code: "snapshot-damaged" });
    // Pieces of any size give the same.
    const { digest } = await checkSnapshot(params, inPieces(good));
    for (const size of [1, 7, good.length]) {
      expect((await checkSnapshot(params, inPieces(good, size))).digest).toEqual(digest);
    }
  });
});

describe("refused with nothing changed", () => {
  async function content(): Promise<Buffer> {
    const chain = await freshChain(params);
    await connectAll(chain, blocks.slice(0, 400));
    const bytes = await snapshotOf(chain);
    await chain.close();
    return bytes;
  }

  test("flipped bits, cut off files, appended bytes, other files and versions", async () => {
    const good = await content();
    const untouched = () => {
      throw new Error("the data directory was asked for");
    };
    const step = Math.floor(good.length / 60);
    for (let at = 0; at < good.length; at += step) {
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      await expect(load(flipped, untouched)).rejects.toMatchObject({ name: "FluxError" });
      await expect(load(good.subarray(0, at), untouched)).rejects.toMatchObject({ code: "snapshot-damaged" });
    }
    await expect(load(good.subarray(0, -1), untouched)).rejects.toMatchObject({ code: "snapshot-damaged" });
    await expect(load(Buffer.concat([good, Buffer.alloc(1)]), untouched)).rejects.toMatchObject({
      code: "snapshot-damaged",
    });
    await expect(load(Buffer.alloc(5000), untouched)).rejects.toMatchObject({ code: "snapshot-foreign" });
    const newer = Buffer.from(good);
    newer.writeUInt32LE(2, 8);
    await expect(load(newer, untouched)).rejects.toMatchObject({ code: "snapshot-version" });
  }, 60_000);

  test("another network, an untrusted block, a folder with a chain", async () => {
    const good = await content();
    const folder = scratchFolder();
    const make = () => createDataDirectory(folder, params.name);
    const other = builtInNetwork("main");
    await expect(load(good, make, null, other)).rejects.toMatchObject({ code: "wrong-network" });
    await expect(load(good, make, new Uint8Array(32))).rejects.toMatchObject({ code: "snapshot-untrusted" });
    const main = { ...params, networkId: "main" as const };
    await expect(load(good, make, null, main)).rejects.toMatchObject({ code: "snapshot-untrusted" });
    expect(readdirSync(folder)).toEqual([]);
    const { head } = await checkSnapshot(params, inPieces(good));
    expect(toDisplayHash(head.coinsHash)).toBe(
      recordedCoins(toDisplayHash(head.blockHash)) ?? toDisplayHash(head.coinsHash),
    );
    await load(good, make, fromDisplayHash(toDisplayHash(head.blockHash)), main);
    await expect(load(good, make)).rejects.toMatchObject({ code: "chain-exists" });
    expect(existsSync(make().file("chain.db"))).toBe(true);
    const chain = await openTestChain(params, make());
    expect(chain.height).toBe(400);
    await chain.close();
  }, 60_000);

  test("a file that changes between checking and writing leaves no chain", async () => {
    const good = await content();
    const directory = scratchDirectory(params);
    let reads = 0;
    const changed = Buffer.from(good);
    changed[good.length - 40] = (changed[good.length - 40] as number) ^ 1;
    const read = () => inPieces(reads++ === 0 ? good : changed);
    const attempt = loadSnapshot({ params, read, trusted: null, claim: () => directory });
    await expect(attempt).rejects.toMatchObject({ code: "snapshot-damaged" });
    await load(good, () => directory);
  }, 60_000);
});
