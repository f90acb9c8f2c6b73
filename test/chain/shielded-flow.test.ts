import { afterEach, describe, expect, test } from "bun:test";
import { lockingDatabase } from "../../src/platform/sqlite/index.ts";
import {
  type JoinSplit,
  makeTransaction,
  type Transaction,
  type TxOutput,
} from "../../src/protocol/primitives/index.ts";
import { blockSubsidy, COINBASE_MATURITY } from "../../src/protocol/rules/index.ts";
import { SaplingTree, SproutTree } from "../../src/protocol/shielded/index.ts";
import { realTransaction } from "../unit/protocol/shielded/real-transactions.ts";
import { BUILDER_SCRIPT, type BuiltBlock } from "./block-builder.ts";
import { bytes32, joinSplitTransaction, treeOf } from "./join-splits.ts";
import { privateNetwork } from "./private-network.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const REQUIREMENTS = "bad-txns-joinsplit-requirements-not-met";

function toBuilder(value: bigint): TxOutput {
  return { value, script: BUILDER_SCRIPT };
}

describe("Sprout", () => {
  /** A chain whose first reward can be spent. */
  async function startBench(turnstile = false) {
    const bench = await TestBench.start(privateNetwork({ heights: {}, turnstile }), 2);
    const { reward } = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    return { bench, reward };
  }

  test("notes go into the pool, on, and out again", async () => {
    const { bench, reward } = await startBench();
    const value = reward.output.value;
    const shield = { name: "shield", vpubOld: value - 1000n };
    const pool = () => bench.chain.read((reader) => [reader.sproutCommitments, reader.tip.chainSproutValue] as const);
    await bench.accept({ transactions: [joinSplitTransaction(bench, [shield], [reward], [])] });
    expect(await pool()).toEqual([2, value - 1000n]);
    const root = await bench.chain.read((reader) => reader.tip.sproutRoot);
    expect(root).toEqual(treeOf(shield).root());

    const inner = { name: "inner", anchor: treeOf(shield).root() };
    await bench.accept({ transactions: [joinSplitTransaction(bench, [inner], [], [])] });
    expect(await pool()).toEqual([4, value - 1000n]);

    // An older root stays an anchor.
    const unshield = { name: "unshield", anchor: treeOf(shield).root(), vpubNew: 400n };
    await bench.accept({ transactions: [joinSplitTransaction(bench, [unshield], [], [toBuilder(300n)])] });
    expect(await pool()).toEqual([6, value - 1400n]);
    await bench.reopen();
    expect(await pool()).toEqual([6, value - 1400n]);
    const more = { name: "more", anchor: treeOf(shield, inner, unshield).root(), vpubNew: 5n };
    await bench.refuse("bad-txns-in-belowout", {
      transactions: [joinSplitTransaction(bench, [more], [], [toBuilder(6n)])],
    });
    await bench.accept({ transactions: [joinSplitTransaction(bench, [more], [], [toBuilder(5n)])] });
    await bench.chain.close();
  });

  test("anchors are roots after a block, or made earlier in the same transaction", async () => {
    const { bench, reward } = await startBench();
    const shield = { name: "shield", vpubOld: 1000n };
    const unknown = { name: "unknown", anchor: bytes32("nothing") };
    await bench.refuse(REQUIREMENTS, { transactions: [joinSplitTransaction(bench, [unknown], [], [])] });

    const first = joinSplitTransaction(bench, [shield], [reward], []);
    const inside = { name: "inside", anchor: treeOf(shield).root() };
    await bench.refuse(REQUIREMENTS, { transactions: [first, joinSplitTransaction(bench, [inside], [], [])] });

    const chained = [
      shield,
      inside,
      { name: "third", anchor: treeOf(shield, inside).root() },
      // Branches off from the tree after the first one.
      { name: "fourth", anchor: treeOf(shield).root() },
    ];
    await bench.refuse(REQUIREMENTS, {
      transactions: [joinSplitTransaction(bench, [inside, shield], [reward], [])],
    });
    const before = bench.tip as BuiltBlock;
    const made = await bench.accept({ transactions: [joinSplitTransaction(bench, chained, [reward], [])] });
    const after = treeOf(...chained).root();
    const next = () => joinSplitTransaction(bench, [{ name: "next", anchor: after }], [], []);
    // A tree that was only passed through is no anchor for later transactions.
    const passed = { name: "passed", anchor: treeOf(shield, inside).root() };
    await bench.refuse(REQUIREMENTS, { transactions: [joinSplitTransaction(bench, [passed], [], [])] });
    await bench.accept({ transactions: [next()] });
    // On another branch the root does not exist.
    await bench.chain.invalidateBlock(made.entry.hash);
    bench.tip = before;
    await bench.accept({ extra: Uint8Array.of(3) });
    await bench.refuse(REQUIREMENTS, { transactions: [next()] });
    await bench.chain.close();
  });

  test("a note is spent once on each branch", async () => {
    const { bench, reward } = await startBench();
    const shield = { name: "shield", vpubOld: 1000n };
    await bench.accept({ transactions: [joinSplitTransaction(bench, [shield], [reward], [])] });
    const anchor = treeOf(shield).root();
    const spend = (name: string, first: string, second: string) =>
      joinSplitTransaction(bench, [{ name, anchor, spends: [first, second] }], [], []);
    await bench.refuse(REQUIREMENTS, { transactions: [spend("a", "x", "y"), spend("b", "y", "z")] });
    const before = bench.tip as BuiltBlock;
    await bench.accept({ transactions: [spend("a", "x", "y")] });
    await bench.refuse(REQUIREMENTS, { transactions: [spend("b", "y", "z")] });
    await bench.refuse(REQUIREMENTS, { transactions: [spend("c", "z", "x")] });
    await bench.reopen();
    await bench.refuse(REQUIREMENTS, { transactions: [spend("b", "y", "z")] });
    await bench.takeOff(before);
    await bench.accept({ transactions: [spend("b", "y", "z"), spend("d", "x", "w")] });
    await bench.refuse(REQUIREMENTS, { transactions: [spend("a", "x", "v")] });
    await bench.chain.close();
  });

  test("the JoinSplit signature covers the whole transaction", async () => {
    const { bench, reward } = await startBench();
    const tx = joinSplitTransaction(bench, [{ name: "shield", vpubOld: 10n }], [reward], [toBuilder(5n)]);
    const joinSplitSig = tx.joinSplitSig.slice();
    joinSplitSig[3] = (joinSplitSig[3] as number) ^ 1;
    const { raw: _raw, txid: _txid, ...fields } = tx;
    await bench.refuse("bad-txns-invalid-joinsplit-signature", {
      transactions: [makeTransaction({ ...fields, joinSplitSig })],
    });
    await bench.refuse("bad-txns-invalid-joinsplit-signature", {
      transactions: [makeTransaction({ ...fields, outputs: [toBuilder(4n)] })],
    });
    await bench.accept({ transactions: [tx] });
    await bench.chain.close();
  });

  test("no more leaves the pool than went in, where the network says so", async () => {
    for (const turnstile of [true, false]) {
      const { bench, reward } = await startBench(turnstile);
      const shield = { name: "shield", vpubOld: 1000n };
      await bench.accept({ transactions: [joinSplitTransaction(bench, [shield], [reward], [])] });
      const anchor = treeOf(shield).root();
      const take = (vpubNew: bigint) =>
        joinSplitTransaction(bench, [{ name: "take", anchor, vpubNew }], [], [toBuilder(1n)]);
      if (turnstile) {
        await bench.refuse("turnstile-violation-sprout-shielded-pool", { transactions: [take(1001n)] });
        await bench.accept({ transactions: [take(1000n)] });
      } else await bench.accept({ transactions: [take(1001n)] });
      await bench.chain.close();
    }
  });
});

describe("Sapling", () => {
  /** A real transaction from notes to notes; its signatures hold on every chain with its branch id. */
  const { tx } = realTransaction(4);
  const fee = tx.valueBalance;
  const [spend] = tx.shieldedSpends as [Transaction["shieldedSpends"][number]];

  function rootAfter(...transactions: readonly Transaction[]): Uint8Array {
    const tree = new SaplingTree();
    for (const each of transactions) for (const { cmu } of each.shieldedOutputs) tree.append(cmu);
    return tree.root();
  }

  function reward(bench: TestBench, more = 0n): TxOutput[] {
    return [toBuilder(blockSubsidy(bench.nextHeight, bench.params) + more)];
  }

  /** Makes the transaction's anchor a root of the chain, which it is on the chain that it comes from. */
  function plantAnchor(bench: TestBench): void {
    const database = lockingDatabase(bench.directory.file("chain.db"));
    const tree = new SaplingTree().serialize();
    database.prepare("INSERT INTO anchors (pool, root, tree) VALUES (1, ?, ?)").run(spend.anchor, tree);
    database.close();
  }

  async function startBench(turnstile = false): Promise<TestBench> {
    return TestBench.start(privateNetwork({ heights: { lwma: 2, acadia: 3 }, turnstile }), 6);
  }

  test("a real transaction needs its anchor, moves the tree, and spends its note once on each branch", async () => {
    const bench = await startBench();
    const saplingRoot = rootAfter(tx);
    await bench.refuse(REQUIREMENTS, { transactions: [tx], saplingRoot });
    await bench.reopen(() => plantAnchor(bench));

    await bench.refuse("bad-sapling-root-in-block", { transactions: [tx], extra: Uint8Array.of(1) });
    const extra = Uint8Array.of(2);
    await bench.refuse("bad-cb-amount", { transactions: [tx], saplingRoot, extra, coinbase: reward(bench, fee + 1n) });
    const before = bench.tip as BuiltBlock;
    await bench.accept({ transactions: [tx], saplingRoot, extra, coinbase: reward(bench, fee) });
    expect(await bench.chain.read((reader) => reader.tip.chainSaplingValue)).toBe(-fee);
    await bench.refuse(REQUIREMENTS, { transactions: [tx], saplingRoot: rootAfter(tx, tx) });
    await bench.refuse("bad-sapling-root-in-block", {});
    await bench.accept({ saplingRoot });
    await bench.reopen();
    await bench.refuse(REQUIREMENTS, { transactions: [tx], saplingRoot: rootAfter(tx, tx) });

    // The other branch has a tree of its own.
    const first = await bench.chain.read((reader) => reader.entryAt(before.height + 1)?.hash);
    await bench.chain.invalidateBlock(first as Uint8Array);
    bench.tip = before;
    await bench.accept({ extra: Uint8Array.of(3) });
    await bench.accept({ transactions: [tx], saplingRoot });
    await bench.accept({ saplingRoot });
    await bench.chain.close();
  });

  test("each of its parts is checked", async () => {
    const bench = await startBench();
    await bench.reopen(() => plantAnchor(bench));
    const saplingRoot = rootAfter(tx);
    const { raw: _raw, txid: _txid, ...fields } = tx;
    const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const [output, ...others] = tx.shieldedOutputs as [Transaction["shieldedOutputs"][number]];
    const broken = {
      "bad-txns-sapling-spend-description-invalid": { shieldedSpends: [{ ...spend, proof: flipped(spend.proof, 60) }] },
      "bad-txns-sapling-output-description-invalid": {
        shieldedOutputs: [{ ...output, proof: flipped(output.proof, 60) }, ...others],
      },
      "bad-txns-sapling-binding-signature-invalid": { bindingSig: flipped(tx.bindingSig, 40) },
    };
    for (const [reason, change] of Object.entries(broken)) {
      const transaction = makeTransaction({ ...fields, ...change });
      const { reject } = await bench.chain.submitBlock(
        bench.builder.build({ parent: bench.tip, transactions: [transaction], saplingRoot }).raw,
      );
      // A changed proof changes what is signed too, so the spend may fail first.
      expect([reason, "bad-txns-sapling-spend-description-invalid"]).toContain(reject?.reason ?? "accepted");
    }
    const signature = makeTransaction({ ...fields, bindingSig: flipped(tx.bindingSig, 40) });
    await bench.refuse("bad-txns-sapling-binding-signature-invalid", {
      transactions: [signature],
      saplingRoot,
    });
    await bench.accept({ transactions: [tx], saplingRoot });
    await bench.chain.close();
  });

  test("no more leaves the pool than went in, where the network says so", async () => {
    const bench = await startBench(true);
    await bench.reopen(() => plantAnchor(bench));
    await bench.refuse("turnstile-violation-sapling-shielded-pool", { transactions: [tx], saplingRoot: rootAfter(tx) });
    await bench.chain.close();
  });
});

test("a real JoinSplit with a Groth16 proof pays out of the Sprout pool", async () => {
  const { tx } = realTransaction(2);
  const [first] = tx.joinSplits as [JoinSplit];
  const bench = await TestBench.start(privateNetwork({ heights: { lwma: 2, acadia: 3 } }), 6);
  await bench.refuse(REQUIREMENTS, { transactions: [tx] });
  await bench.reopen(() => {
    // On the chain that it comes from, its anchor is the root of a tree that is not known here.
    const database = lockingDatabase(bench.directory.file("chain.db"));
    const tree = new SproutTree().serialize();
    database.prepare("INSERT INTO anchors (pool, root, tree) VALUES (0, ?, ?)").run(first.anchor, tree);
    database.close();
  });
  const { raw: _raw, txid: _txid, ...fields } = tx;
  const proof = first.proof.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
  await bench.refuse("bad-txns-joinsplit-verification-failed", {
    transactions: [makeTransaction({ ...fields, joinSplits: [{ ...first, proof }] })],
  });
  const joinSplitSig = tx.joinSplitSig.map((byte, i) => (i === 10 ? byte ^ 1 : byte));
  await bench.refuse("bad-txns-invalid-joinsplit-signature", {
    transactions: [makeTransaction({ ...fields, joinSplitSig })],
  });
  await bench.accept({ transactions: [tx] });
  await bench.refuse("bad-txns-BIP30", { transactions: [tx] });
  expect(await bench.chain.read((reader) => reader.tip.chainSproutValue)).toBe(-first.vpubNew);
  await bench.chain.close();
});
