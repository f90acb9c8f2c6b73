import { describe, expect, test } from "bun:test";
import type { AddressKey } from "../../../../src/chain/index.ts";
import { addressOfScript } from "../../../../src/chain/indexes/index.ts";
import { Mempool } from "../../../../src/chain/mempool/mempool.ts";
import type { MempoolEntry } from "../../../../src/chain/mempool/mempool-entry.ts";
import type { MempoolChange } from "../../../../src/chain/mempool/mempool-reader.ts";
import { DEFAULT_MEMPOOL_POLICY } from "../../../../src/chain/mempool/policy.ts";
import { entryOf, freshOutPoint } from "./entries.ts";
import { seededRandom } from "./seeded-random.ts";

const NOW = 1_767_400_000;
/** A simple transaction counts as much. */
const COST = 4000;

function poolOf(costLimit = DEFAULT_MEMPOOL_POLICY.costLimit, seed = 1) {
  const changes: MempoolChange[] = [];
  const pool = new Mempool({
    policy: { ...DEFAULT_MEMPOOL_POLICY, costLimit },
    addresses: true,
    random: seededRandom(seed),
    onChange: (change) => changes.push(change),
  });
  return { pool, changes };
}

function spendingOf(parent: MempoolEntry, index = 0): MempoolEntry {
  return entryOf({ fee: 20_000n, inputs: [{ txid: parent.tx.txid, index }] });
}

function fill(pool: Mempool, entries: readonly MempoolEntry[]): void {
  for (const entry of entries) pool.add(entry, true);
}

function content(pool: Mempool): Set<MempoolEntry> {
  return new Set(pool.entries());
}

describe("a memory pool", () => {
  test("knows its transactions, their sizes and who spends what", () => {
    const { pool, changes } = poolOf();
    const outpoint = freshOutPoint();
    const parent = entryOf({ fee: 1000n, inputs: [outpoint], outputs: 2 });
    const child = spendingOf(parent, 1);
    fill(pool, [parent, child]);
    expect(pool.size).toBe(2);
    expect(pool.bytes).toBe(parent.tx.raw.length + child.tx.raw.length);
    expect(pool.spender(outpoint)).toEqual({ entry: parent, inputIndex: 0 });
    expect(pool.dependencies(child)).toEqual([parent]);
    expect(pool.dependants(parent)).toEqual([child]);
    expect(pool.conflicts(entryOf({ fee: 5n, inputs: [freshOutPoint(), outpoint] }).tx)).toBe(true);
    expect(pool.conflicts(entryOf({ fee: 5n }).tx)).toBe(false);
    expect(changes.map(({ kind }) => kind)).toEqual(["added", "added"]);
    const address = addressOfScript((parent.spent[0] as { script: Uint8Array }).script) as AddressKey;
    expect(new Set(pool.ofAddress(address))).toEqual(new Set([parent, child]));
    pool.removeWithDependants(parent, "requested");
    expect([pool.size, pool.bytes, pool.usage]).toEqual([0, 0, 0]);
    expect(pool.ofAddress(address)).toEqual([]);
    expect(pool.spender(outpoint)).toBeUndefined();
  });

  test("loses what a block holds, but not what depends on it", () => {
    const { pool, changes } = poolOf();
    const parent = entryOf({ fee: 1000n });
    const child = spendingOf(parent);
    fill(pool, [parent, child]);
    pool.blockConnected([parent.tx], 201, true);
    expect(content(pool)).toEqual(new Set([child]));
    expect(changes.at(-1)).toEqual({ kind: "removed", entry: parent, reason: "mined" });
  });

  test("loses what conflicts with a block, and everything on top of that", () => {
    const { pool, changes } = poolOf();
    const outpoint = freshOutPoint();
    const doomed = entryOf({ fee: 1000n, inputs: [outpoint] });
    const child = spendingOf(doomed);
    const grandchild = spendingOf(child);
    const other = entryOf({ fee: 1000n });
    fill(pool, [grandchild, child, doomed, other]);
    pool.blockConnected([entryOf({ fee: 1n, inputs: [freshOutPoint(), outpoint] }).tx], 201, true);
    expect(content(pool)).toEqual(new Set([other]));
    expect(changes.slice(4).every((change) => change.kind === "removed" && change.reason === "conflict")).toBe(true);
  });

  test("forgets the rating of what was mined and keeps the rest", () => {
    const { pool } = poolOf();
    const entry = entryOf({ fee: 1000n });
    const { txid } = entryOf({ fee: 1000n }).tx;
    pool.prioritise(entry.tx.txid, { priority: 1, fee: 2n });
    pool.prioritise(entry.tx.txid, { priority: 3, fee: -7n });
    pool.prioritise(txid, { priority: 0.5, fee: 0n });
    expect(pool.delta(entry.tx.txid)).toEqual({ priority: 4, fee: -5n });
    pool.blockConnected([entry.tx], 201, true);
    expect(pool.delta(entry.tx.txid)).toEqual({ priority: 0, fee: 0n });
    expect(pool.delta(txid)).toEqual({ priority: 0.5, fee: 0n });
  });
});

describe("a full memory pool", () => {
  test("evicts no more than it must, with what depends on the evicted", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { pool, changes } = poolOf(3 * COST, seed);
      const parent = entryOf({ fee: 20_000n });
      const others = [spendingOf(parent), entryOf({ fee: 20_000n })];
      fill(pool, [parent, ...others]);
      pool.enforceLimit(NOW);
      expect(pool.size).toBe(3);
      fill(pool, [entryOf({ fee: 20_000n })]);
      pool.enforceLimit(NOW);
      const gone = changes.flatMap((change) => (change.kind === "removed" ? [change.entry] : []));
      expect(gone.length).toBe(gone[0] === parent || gone.includes(parent) ? 2 : 1);
      expect(pool.size).toBe(4 - gone.length);
      // Only the one that was drawn is kept out; what fell with it may come back.
      expect(gone.filter(({ tx }) => pool.wasEvicted(tx.txid, NOW)).length).toBe(1);
      expect(gone.filter(({ tx }) => pool.wasEvicted(tx.txid, NOW + 3601)).length).toBe(0);
    }
  });

  test("evicts a transaction with a low fee five times as often as one with a usual fee", () => {
    const runs = 6000;
    let cheap = 0;
    const random = seededRandom(42);
    for (let run = 0; run < runs; run++) {
      const { pool, changes } = poolOf(4 * COST, random(2 ** 32));
      const low = entryOf({ fee: 9_999n });
      fill(pool, [entryOf({ fee: 10_000n }), entryOf({ fee: 10_000n }), low]);
      fill(pool, [entryOf({ fee: 10_000n }), entryOf({ fee: 10_000n })]);
      pool.enforceLimit(NOW);
      const [first] = changes.flatMap((change) => (change.kind === "removed" ? [change.entry] : []));
      if (first === low) cheap++;
    }
    // Weight 20 000 among 20 000 and four times 4 000.
    const expected = runs * (20 / 36);
    const deviation = Math.sqrt(runs * (20 / 36) * (16 / 36));
    expect(Math.abs(cheap - expected)).toBeLessThan(4 * deviation);
  });

  test("a large transaction costs what it takes", () => {
    const { pool } = poolOf(100_000);
    fill(pool, [entryOf({ fee: 20_000n, scriptSize: 99_000 })]);
    pool.enforceLimit(NOW);
    expect(pool.size).toBe(1);
    fill(pool, [entryOf({ fee: 20_000n })]);
    pool.enforceLimit(NOW);
    expect(pool.size).toBe(1);
  });
});
