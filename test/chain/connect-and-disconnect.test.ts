import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Chain } from "../../src/chain/index.ts";
import type { DataDirectory } from "../../src/platform/index.ts";
import { fromHex } from "../../src/protocol/bytes/index.ts";
import { decodeBlock } from "../../src/protocol/primitives/index.ts";
import { expectFollowed, follow } from "./follower.ts";
import { blocksOf, networkOf, RECORDED_SETS, type RecordedSet, reorgsOf, SETS_WITH_REORGS } from "./recorded-set.ts";
import { type IndexSubjects, indexAnswers, stateSnapshot, subjectsOf } from "./state-snapshot.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 120_000;

/** A chain that can be closed and opened again, with or without indexes, under a clock that runs or not. */
class Walker {
  readonly directory: DataDirectory;
  private readonly set: RecordedSet;
  private readonly indexes: boolean;
  private readonly subjects: IndexSubjects;
  private opened: Chain | undefined;

  constructor(set: RecordedSet, indexes: boolean) {
    this.set = set;
    this.indexes = indexes;
    this.directory = scratchDirectory(networkOf(set));
    this.subjects = indexes ? subjectsOf(blocksOf(set)) : { scripts: [], outpoints: [] };
  }

  get chain(): Chain {
    if (!this.opened) throw new Error("the chain is closed");
    return this.opened;
  }

  /** A running clock makes the chain hold back what it would write, and verify signatures behind the tip. */
  async open(runningClock: boolean): Promise<void> {
    await this.opened?.close();
    const { indexes } = this;
    const mockTime = runningClock ? { mockTime: null } : {};
    this.opened = await openTestChain(networkOf(this.set), this.directory, { indexes, ...mockTime });
  }

  async close(): Promise<void> {
    await this.opened?.close();
    this.opened = undefined;
  }

  /** Everything that must be the same when the tip is the same. */
  async everything() {
    const tables = await stateSnapshot(this.chain, this.directory);
    const answers = await this.chain.read((reader) => (this.indexes ? indexAnswers(reader, this.subjects) : {}));
    return { tables, answers };
  }
}

function hashOf(raw: Uint8Array): Uint8Array {
  return decodeBlock(raw).header.hash;
}

const step = fc.record({
  advance: fc.integer({ min: 0, max: 40 }),
  /** Blocks to connect and disconnect again. */
  excursion: fc.integer({ min: 1, max: 45 }),
  flushInside: fc.boolean(),
  reopenBefore: fc.boolean(),
  reopenAfter: fc.boolean(),
  runningClock: fc.boolean(),
});

describe("connecting and disconnecting", () => {
  test.each([...RECORDED_SETS])(
    "leaves the state of %s as it was",
    async (set) => {
      const blocks = blocksOf(set);
      const property = fc.asyncProperty(
        fc.boolean(),
        fc.nat({ max: blocks.length - 100 }),
        fc.array(step, { minLength: 1, maxLength: 4 }),
        async (indexes, start, steps) => {
          const walker = new Walker(set, indexes);
          await walker.open(true);
          await connectAll(walker.chain, blocks.slice(0, start));
          for (const each of steps) {
            if (each.reopenBefore) await walker.open(each.runningClock);
            if (walker.chain.height === blocks.length) break;
            const from = Math.min(walker.chain.height + each.advance, blocks.length - 1);
            await connectAll(walker.chain, blocks.slice(walker.chain.height, from));
            const before = await walker.everything();
            const excursion = blocks.slice(from, from + each.excursion);
            const half = Math.floor(excursion.length / 2);
            await connectAll(walker.chain, excursion.slice(0, half));
            if (each.flushInside) await walker.chain.coinStatistics();
            await connectAll(walker.chain, excursion.slice(half));
            const middle = each.reopenAfter ? await walker.everything() : null;
            if (each.reopenAfter) await walker.open(each.runningClock);

            const first = hashOf(excursion[0] as Uint8Array);
            expect(await walker.chain.invalidateBlock(first)).toBe(true);
            expect(walker.chain.height).toBe(from);
            expect(await walker.everything()).toEqual(before);

            expect(await walker.chain.reconsiderBlock(first)).toBe(true);
            expect(walker.chain.height).toBe(from + excursion.length);
            if (middle) expect(await walker.everything()).toEqual(middle);
          }
          await walker.close();
        },
      );
      await fc.assert(property, { numRuns: set === "regtest-a" ? 8 : 6, endOnFailure: true });
    },
    TIMEOUT,
  );

  test.each([...SETS_WITH_REORGS])(
    "changes branches of %s both ways",
    async (set) => {
      const blocks = blocksOf(set);
      const reorgs = reorgsOf(set);
      const property = fc.asyncProperty(
        fc.nat({ max: reorgs.length - 1 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (index, indexes, runningClock, reopenOnA, reopenOnB) => {
          const { base_height: base, branchA, branchB } = reorgs[index] as (typeof reorgs)[number];
          const [a, b] = [branchA.map(fromHex), branchB.map(fromHex)];
          const walker = new Walker(set, indexes);
          await walker.open(runningClock);
          await connectAll(walker.chain, blocks.slice(0, base));
          await connectAll(walker.chain, a);
          const tipA = tipOf(walker.chain);
          const onA = await walker.everything();
          if (reopenOnA) await walker.open(runningClock);

          const follower = follow(walker.chain);
          for (const raw of b) expect((await walker.chain.submitBlock(raw)).reject).toBeNull();
          const tipB = tipOf(walker.chain);
          expect(walker.chain.tipHash).toEqual(hashOf(b.at(-1) as Uint8Array));
          await expectFollowed(walker.chain, follower);
          const onB = await walker.everything();
          if (reopenOnB) await walker.open(runningClock);

          await walker.chain.invalidateBlock(hashOf(b[0] as Uint8Array));
          expect(tipOf(walker.chain)).toBe(tipA);
          expect(await walker.everything()).toEqual(onA);
          await walker.chain.reconsiderBlock(hashOf(b[0] as Uint8Array));
          expect(tipOf(walker.chain)).toBe(tipB);
          expect(await walker.everything()).toEqual(onB);
          await walker.close();

          const straight = new Walker(set, indexes);
          await straight.open(runningClock);
          await connectAll(straight.chain, [...blocks.slice(0, base), ...b]);
          expect(await straight.everything()).toEqual(onB);
          await straight.close();
        },
      );
      await fc.assert(property, { numRuns: 6, endOnFailure: true });
    },
    TIMEOUT,
  );
});
