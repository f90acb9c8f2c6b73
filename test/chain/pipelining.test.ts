import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BlockOutcome, Chain } from "../../src/chain/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { makeTransaction, type Transaction, type TxInput } from "../../src/protocol/primitives/index.ts";
import { blockSubsidy } from "../../src/protocol/rules/index.ts";
import { BlockBuilder, BUILDER_SCRIPT, type BuiltBlock } from "./block-builder.ts";
import { expectFollowed, follow } from "./follower.ts";
import { privateNetwork } from "./private-network.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const params = privateNetwork({ heights: { lwma: 2, acadia: 3, kamiooka: 5 } });
const builder = new BlockBuilder(params);
const BAD_SIGNATURE =
  "mandatory-script-verify-flag-failed (Script evaluated without error but finished with a false/empty top stack element)";

/** The transaction with one bit of its signature changed: still well-formed, but by nobody. */
function forged(tx: Transaction): Transaction {
  const inputs = tx.inputs.map((input: TxInput) => {
    const scriptSig = input.scriptSig.slice();
    const length = scriptSig[0] as number;
    // Behind the length byte lies the signature, at its end the hash type and before that the last byte of s.
    scriptSig[length - 1] = (scriptSig[length - 1] as number) ^ 1;
    return { ...input, scriptSig };
  });
  return makeTransaction({ ...tx, inputs });
}

let base: BuiltBlock[] = [];

beforeAll(() => {
  base = builder.extend(null, 170);
});

interface Defects {
  /** Number of the block with a wrong signature. */
  readonly signature?: number;
  /** Number of the block whose coinbase takes too much. */
  readonly amount?: number;
  readonly extra?: Uint8Array;
}

/** Blocks on top of `parent`, each with transactions that need signatures; they spend old rewards. */
function blocksOn(parent: BuiltBlock, count: number, defects: Defects = {}): BuiltBlock[] {
  const blocks: BuiltBlock[] = [];
  for (let i = 0; i < count; i++) {
    const height = parent.height + 1 + i;
    const moves = [0, 1].map((j) => builder.move((base[2 * (height - base.length) + j] as BuiltBlock).reward, height));
    const [first, ...others] = moves as [Transaction, ...Transaction[]];
    const transactions = i === defects.signature ? [forged(first), ...others] : moves;
    const surplus = i === defects.amount ? 1n : 0n;
    const coinbase = [{ value: blockSubsidy(height, params) + surplus, script: BUILDER_SCRIPT }];
    const extra = defects.extra ?? Uint8Array.of(0);
    blocks.push(builder.build({ parent: blocks.at(-1) ?? parent, transactions, coinbase, extra }));
  }
  return blocks;
}

function reasons(outcomes: readonly BlockOutcome[]): (string | null)[] {
  return outcomes.map(({ reject }) => reject?.reason ?? null);
}

/** Hands in everything at once. */
function submitAtOnce(chain: Chain, blocks: readonly BuiltBlock[]): Promise<BlockOutcome[]> {
  return Promise.all(blocks.map(({ raw }) => chain.submitBlock(raw)));
}

async function startChain(runningClock: boolean) {
  const directory = scratchDirectory(params);
  const chain = await openTestChain(params, directory, runningClock ? { mockTime: null } : {});
  await connectAll(
    chain,
    base.map(({ raw }) => raw),
  );
  return { chain, directory };
}

describe("blocks handed in without waiting", () => {
  test("good blocks are connected and told in order", async () => {
    const { chain } = await startChain(true);
    const told: number[] = [];
    chain.onTip(({ connected, disconnected }) => {
      expect(disconnected).toEqual([]);
      if (connected) told.push(connected.entry.height);
    });
    const blocks = blocksOn(base.at(-1) as BuiltBlock, 30);
    const outcomes = await submitAtOnce(chain, blocks);
    expect(outcomes.every(({ judged, reject }) => judged && reject === null)).toBe(true);
    expect(chain.tipHash).toEqual((blocks.at(-1) as BuiltBlock).block.header.hash);
    expect(told).toEqual(blocks.map(({ height }) => height));
    await chain.close();
  });

  test("one wrong signature takes exactly its block and those above it down", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 2, max: 24 }),
      fc.nat({ max: 1000 }),
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      fc.boolean(),
      fc.boolean(),
      async (count, place, amountAfter, runningClock, flushBefore) => {
        const parent = base.at(-1) as BuiltBlock;
        const signature = place % count;
        const amount = amountAfter === undefined ? undefined : signature + amountAfter;
        const blocks = blocksOn(parent, count, { signature, ...(amount !== undefined && { amount }) });
        const good = blocks.slice(0, signature);
        const { chain, directory } = await startChain(runningClock);
        const follower = follow(chain);
        const outcomes = await submitAtOnce(chain, blocks);
        if (flushBefore) await chain.coinStatistics();
        const expected = blocks.map((_, i) => (i < signature ? null : i === signature ? BAD_SIGNATURE : "bad-prevblk"));
        expect(reasons(outcomes)).toEqual(expected);
        expect(tipOf(chain)).toBe(toDisplayHash((good.at(-1) ?? parent).block.header.hash));

        const untouched = await startChain(runningClock);
        await connectAll(
          untouched.chain,
          good.map(({ raw }) => raw),
        );
        expect(await stateSnapshot(chain, directory)).toEqual(
          await stateSnapshot(untouched.chain, untouched.directory),
        );

        // The chain goes on with a good branch, and a restart forgets nothing.
        const better = blocksOn(good.at(-1) ?? parent, 3, { extra: Uint8Array.of(1) });
        expect(reasons(await submitAtOnce(chain, better))).toEqual([null, null, null]);
        await expectFollowed(chain, follower);
        await chain.close();
        const again = await openTestChain(params, directory);
        expect(again.tipHash).toEqual((better.at(-1) as BuiltBlock).block.header.hash);
        expect((await again.submitBlock((blocks[signature] as BuiltBlock).raw)).known).toBe("invalid");
        await connectAll(
          untouched.chain,
          better.map(({ raw }) => raw),
        );
        expect(await stateSnapshot(again, directory)).toEqual(
          await stateSnapshot(untouched.chain, untouched.directory),
        );
        await again.close();
        await untouched.chain.close();
      },
    );
    await fc.assert(property, { numRuns: 25, endOnFailure: true });
  }, 60_000);

  test("a block that breaks another rule right after one with a wrong signature", async () => {
    const parent = base.at(-1) as BuiltBlock;
    const blocks = blocksOn(parent, 6, { signature: 2, amount: 3 });
    const { chain, directory } = await startChain(true);
    const outcomes = await submitAtOnce(chain, blocks);
    expect(reasons(outcomes)).toEqual([null, null, BAD_SIGNATURE, "bad-prevblk", "bad-prevblk", "bad-prevblk"]);
    const untouched = await startChain(true);
    await connectAll(
      untouched.chain,
      blocks.slice(0, 2).map(({ raw }) => raw),
    );
    expect(await stateSnapshot(chain, directory)).toEqual(await stateSnapshot(untouched.chain, untouched.directory));
    await chain.close();
    await untouched.chain.close();
  });

  test.each([true, false])(
    "a branch that turns out bad is left for the old one (running clock: %p)",
    async (running) => {
      const parent = base.at(-1) as BuiltBlock;
      const { chain, directory } = await startChain(running);
      const follower = follow(chain);
      const old = blocksOn(parent, 4);
      expect(reasons(await submitAtOnce(chain, old.slice(0, 3)))).toEqual([null, null, null]);
      for (const signature of [0, 2, 3]) {
        const branch = blocksOn(parent, 6, { signature, extra: Uint8Array.of(9, signature) });
        const outcomes = await submitAtOnce(chain, branch);
        // The bad block is looked at when its branch has more work than the old one.
        expect(reasons(outcomes).slice(4)).toEqual(["bad-prevblk", "bad-prevblk"]);
        // Behind the tip the blocks above it are tried before it is found bad.
        const fourth = running && signature === 2 ? "bad-prevblk" : null;
        expect(reasons(outcomes)[3]).toBe(signature === 3 ? BAD_SIGNATURE : fourth);
        expect(tipOf(chain)).toBe(toDisplayHash((old[2] as BuiltBlock).block.header.hash));
      }
      expect(reasons(await submitAtOnce(chain, old.slice(3)))).toEqual([null]);
      await expectFollowed(chain, follower);
      const untouched = await startChain(running);
      await connectAll(
        untouched.chain,
        old.map(({ raw }) => raw),
      );
      expect(await stateSnapshot(chain, directory)).toEqual(await stateSnapshot(untouched.chain, untouched.directory));
      await chain.close();
      await untouched.chain.close();
    },
  );
});
