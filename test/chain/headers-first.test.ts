import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Chain } from "../../src/chain/index.ts";
import { fromHex, toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { decodeBlock, decodeHeader } from "../../src/protocol/primitives/index.ts";
import { expectFollowed, follow } from "./follower.ts";
import { blocksOf, networkOf, RECORDED_SETS, reorgsOf } from "./recorded-set.ts";
import {
  coinHashOf,
  connectAll,
  finalCoinHash,
  freshChain,
  openTestChain,
  removeScratchFolders,
  scratchDirectory,
} from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 60_000;

async function submitHeaders(chain: Chain, blocks: readonly Uint8Array[]): Promise<void> {
  for (const raw of blocks) expect(await chain.submitHeader(decodeHeader(raw))).toBeNull();
}

/** A permutation in which blocks come at most `reach` places too early or late. */
function shuffled<T>(items: readonly T[], random: readonly number[], reach: number): T[] {
  return items
    .map((item, i) => ({ item, place: i + ((random[i % random.length] as number) * reach * (1 + (i % 7))) / 7 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Every leaf as getchaintips shows it. */
function tips(chain: Chain) {
  return chain.read((reader) =>
    reader.tips().map(({ entry, branchLength, status }) => [entry.height, branchLength, status] as const),
  );
}

describe("headers first", () => {
  test.each([...RECORDED_SETS])(
    "blocks of %s in any order end at the same state",
    async (set) => {
      const blocks = blocksOf(set);
      const hash = await finalCoinHash(set);
      const property = fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 50, maxLength: 200 }),
        fc.constantFrom(3, 100, 10_000),
        fc.boolean(),
        fc.integer({ min: 1, max: blocks.length - 1 }),
        async (random, reach, runningClock, restartAfter) => {
          const params = networkOf(set);
          const directory = scratchDirectory(params);
          const options = runningClock ? { mockTime: null } : {};
          let chain = await openTestChain(params, directory, options);
          await submitHeaders(chain, blocks);
          expect(chain.height).toBe(0);
          expect(await tips(chain)).toEqual([
            [blocks.length, blocks.length, "headers-only"],
            [0, 0, "active"],
          ]);
          let follower = follow(chain);
          for (const [i, raw] of shuffled(blocks, random, reach).entries()) {
            const outcome = await chain.submitBlock(raw);
            expect([outcome.known, outcome.reject]).toEqual(["header", null]);
            if (i !== restartAfter) continue;
            await expectFollowed(chain, follower);
            await chain.close();
            chain = await openTestChain(params, directory, options);
            follower = follow(chain);
          }
          await expectFollowed(chain, follower);
          expect(await tips(chain)).toEqual([[blocks.length, 0, "active"]]);
          expect(await coinHashOf(chain)).toBe(hash);
          await chain.close();
        },
      );
      await fc.assert(property, { numRuns: 4, endOnFailure: true });
    },
    TIMEOUT,
  );

  test("leaves have the status of getchaintips", async () => {
    const reorg = reorgsOf("regtest-a").find(({ tag }) => tag === "powearly");
    if (!reorg) throw new Error("the recording is not there");
    const [a, b] = [reorg.branchA.map(fromHex), reorg.branchB.map(fromHex)];
    const chain = await freshChain(networkOf("regtest-a"));
    const base = reorg.base_height;
    await connectAll(chain, blocksOf("regtest-a").slice(0, base));
    await connectAll(chain, a);
    expect(await tips(chain)).toEqual([[base + a.length, 0, "active"]]);

    const [first] = b as [Uint8Array];
    await submitHeaders(chain, [first]);
    expect(await tips(chain)).toContainEqual([base + 1, 1, "headers-only"]);
    await chain.submitBlock(first);
    expect(await tips(chain)).toContainEqual([base + 1, 1, "valid-headers"]);
    for (const raw of b) await chain.submitBlock(raw);
    expect(await tips(chain)).toEqual([
      [base + b.length, 0, "active"],
      [base + a.length, a.length, "valid-fork"],
    ]);

    const { hash } = decodeBlock(first).header;
    await chain.invalidateBlock(hash);
    expect(await tips(chain)).toEqual([
      [base + b.length, b.length, "invalid"],
      [base + a.length, 0, "active"],
    ]);
    expect(await chain.submitHeader(decodeHeader(first))).toMatchObject({ reason: "duplicate" });
    expect((await chain.submitBlock(first)).known).toBe("invalid");
    await chain.reconsiderBlock(hash);
    expect((await tips(chain))[0]).toEqual([base + b.length, 0, "active"]);
    const best = await chain.read((reader) => toDisplayHash(reader.bestHeader.hash));
    expect(best).toBe(toDisplayHash(decodeBlock(b.at(-1) as Uint8Array).header.hash));
    await chain.close();
  });

  test("a header without a known parent is refused for now only", async () => {
    const blocks = blocksOf("regtest-stock");
    const chain = await freshChain(networkOf("regtest-stock"));
    const second = decodeHeader(blocks[1] as Uint8Array);
    expect(await chain.submitHeader(second)).toMatchObject({ reason: "bad-prevblk", scope: "now" });
    expect(await chain.submitHeader(decodeHeader(blocks[0] as Uint8Array))).toBeNull();
    expect(await chain.submitHeader(second)).toBeNull();
    expect(await chain.submitHeader(second)).toBeNull();
    await chain.close();
  });
});
