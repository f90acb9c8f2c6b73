import { afterEach, describe, expect, test } from "bun:test";
import {
  type JoinSplit,
  makeTransaction,
  SAPLING_GROUP_ID,
  type Transaction,
} from "../../src/protocol/primitives/index.ts";
import { COINBASE_MATURITY } from "../../src/protocol/rules/index.ts";
import { BUILDER_SCRIPT, type BuiltBlock, type Spendable } from "./block-builder.ts";
import { joinSplitTransaction, treeOf } from "./join-splits.ts";
import { expectSound, keysOf, poolKeys } from "./pool-scene.ts";
import { privateNetwork } from "./private-network.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

/** A chain before ACADIA whose first rewards can be spent. */
async function startBench(): Promise<{ bench: TestBench; rewards: Spendable[] }> {
  const bench = await TestBench.start(privateNetwork({ heights: {} }), 2);
  const second = (bench.tip as BuiltBlock).reward;
  const third = ((await bench.grow(1))[0] as BuiltBlock).reward;
  await bench.grow(COINBASE_MATURITY);
  return { bench, rewards: [second, third] };
}

async function expectAccepted(bench: TestBench, ...transactions: readonly Transaction[]): Promise<void> {
  for (const tx of transactions) expect((await bench.chain.pool.accept(tx)).kind).toBe("accepted");
}

describe("JoinSplits in the memory pool", () => {
  test("spend a note once", async () => {
    const { bench, rewards } = await startBench();
    const [first, second] = rewards as [Spendable, Spendable];
    const tx = joinSplitTransaction(bench, [{ name: "one", vpubOld: 1000n }], [first], []);
    await expectAccepted(bench, tx);
    const same = { name: "two", spends: ["other", "one 2"], vpubOld: 1000n } as const;
    const rival = joinSplitTransaction(bench, [same], [second], []);
    expect(await bench.chain.pool.accept(rival)).toMatchObject({ kind: "dropped", cause: "conflict" });
    expect(poolKeys(bench.chain)).toEqual(keysOf(tx));
    // A block may hold the rival all the same.
    await bench.chain.submitBlock(bench.builder.build({ parent: bench.tip, transactions: [rival] }).raw);
    expect(bench.chain.pool.content.size).toBe(0);
    const spent = await bench.chain.pool.accept(tx);
    expect(spent).toMatchObject({
      kind: "refused",
      reject: { reason: "bad-txns-shielded-requirements-not-met", code: 18, blame: 0 },
    });
    await bench.chain.close();
  });

  test("have the highest priority, whatever they spend", async () => {
    const { bench, rewards } = await startBench();
    const tx = joinSplitTransaction(bench, [{ name: "one", vpubOld: 1000n }], [rewards[0] as Spendable], []);
    await expectAccepted(bench, tx);
    expect(bench.chain.pool.content.get(tx.txid)?.startingPriority).toBe(1e16);
    await bench.chain.close();
  });

  test("need an anchor of the chain, and leave when a reorganisation takes it away", async () => {
    const { bench, rewards } = await startBench();
    const shield = { name: "shield", vpubOld: 5000n };
    const shielding = joinSplitTransaction(bench, [shield], [rewards[0] as Spendable], []);
    const onward = { name: "onward", anchor: treeOf(shield).root(), vpubNew: 400n };
    const early = joinSplitTransaction(bench, [onward], [], [{ value: 300n, script: BUILDER_SCRIPT }]);
    expect(await bench.chain.pool.accept(early)).toMatchObject({ kind: "refused" });
    const parent = bench.tip as BuiltBlock;
    const block = bench.builder.build({ parent, transactions: [shielding] });
    await bench.chain.submitBlock(block.raw);
    const [older, newer] = ["older", "newer"].map((name) =>
      joinSplitTransaction(bench, [{ name, vpubOld: 10n }], [rewards[1] as Spendable], []),
    ) as [Transaction, Transaction];
    await expectAccepted(bench, early, older);
    expect(await bench.chain.pool.accept(newer)).toMatchObject({ cause: "conflict" });
    await bench.chain.invalidateBlock(block.entry.hash);
    // What the block held waits again; what was anchored in its tree is gone.
    expect(poolKeys(bench.chain)).toEqual(keysOf(shielding, older));
    await expectSound(bench.chain);
    await bench.chain.close();
  });

  test("are held to their signature and to their proofs", async () => {
    const { bench, rewards } = await startBench();
    const tx = joinSplitTransaction(bench, [{ name: "one", vpubOld: 1000n }], [rewards[0] as Spendable], []);
    const unsigned = makeTransaction({ ...tx, joinSplitSig: new Uint8Array(64) });
    expect(await bench.chain.pool.accept(unsigned)).toMatchObject({
      kind: "refused",
      reject: { reason: "bad-txns-invalid-joinsplit-signature", blame: 100 },
    });
    const [joinSplit] = tx.joinSplits as [JoinSplit];
    const overwintered = makeTransaction({
      ...tx,
      overwintered: true,
      version: 4,
      versionGroupId: SAPLING_GROUP_ID,
      joinSplits: [{ ...joinSplit, proof: new Uint8Array(192).fill(3) }],
    });
    // The proof belongs to the transaction itself, so it is judged before the height is.
    expect(await bench.chain.pool.accept(overwintered)).toMatchObject({
      kind: "refused",
      reject: { reason: "bad-txns-joinsplit-verification-failed", code: 16, blame: 100 },
    });
    await expectAccepted(bench, tx);
    await bench.chain.close();
  });

  test("blocks go on while proofs are verified", async () => {
    const { bench, rewards } = await startBench();
    const tx = joinSplitTransaction(bench, [{ name: "one", vpubOld: 1000n }], [rewards[0] as Spendable], []);
    const accepting = bench.chain.pool.accept(tx);
    const block = bench.builder.build({ parent: bench.tip });
    const [outcome, { reject }] = await Promise.all([accepting, bench.chain.submitBlock(block.raw)]);
    expect(reject).toBeNull();
    expect(outcome.kind).toBe("accepted");
    expect(outcome.kind === "accepted" && outcome.entry.height).toBe(block.height);
    await bench.chain.close();
  });
});
