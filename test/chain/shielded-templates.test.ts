import { afterEach, expect, test } from "bun:test";
import { generateBlock } from "../../src/chain/index.ts";
import { lockingDatabase } from "../../src/platform/sqlite/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { EMPTY_SAPLING_ROOT, SaplingTree } from "../../src/protocol/shielded/index.ts";
import { realTransaction } from "../unit/protocol/shielded/real-transactions.ts";
import { BUILDER_SCRIPT } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { MOCK_TIME } from "./recorded-set.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

/** A real transaction from notes to notes; its signatures hold on every chain with its branch id. */
const { tx } = realTransaction(4);
const [spend] = tx.shieldedSpends as [Transaction["shieldedSpends"][number]];

/** A chain on which the transaction's anchor is the root of a tree, as it is where it comes from. */
async function startBench(turnstile: boolean): Promise<TestBench> {
  const bench = await TestBench.start(privateNetwork({ heights: { lwma: 2, acadia: 3 }, turnstile }), 6);
  await bench.reopen(() => {
    const database = lockingDatabase(bench.directory.file("chain.db"));
    const tree = new SaplingTree().serialize();
    database.prepare("INSERT INTO anchors (pool, root, tree) VALUES (1, ?, ?)").run(spend.anchor, tree);
    database.close();
  });
  return bench;
}

test("a template commits to the tree that its transactions make, and leaves the chain's own tree alone", async () => {
  const bench = await startBench(false);
  const { chain } = bench;
  expect(await chain.pool.accept(tx)).toMatchObject({ kind: "accepted" });
  const tree = new SaplingTree();
  for (const { cmu } of tx.shieldedOutputs) tree.append(cmu);
  const before = await stateSnapshot(chain, bench.directory);
  for (let i = 0; i < 2; i++) {
    const { header, transactions, fees } = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
    expect(header.finalSaplingRoot).toEqual(tree.root());
    expect(transactions.map((each) => each.tx.txid)).toEqual([tx.txid]);
    expect(fees).toBe(tx.valueBalance);
  }
  expect(await stateSnapshot(chain, bench.directory)).toEqual(before);
  await generateBlock({ chain, now: () => MOCK_TIME, producerScript: BUILDER_SCRIPT, threads: 1 });
  const { header } = await chain.read((reader) => reader.tip);
  expect(header.finalSaplingRoot).toEqual(tree.root());
  expect(chain.pool.content.size).toBe(0);
  await chain.close();
});

test("a template overdraws no shielded pool where the network forbids it", async () => {
  const bench = await startBench(true);
  const { chain } = bench;
  expect(await chain.pool.accept(tx)).toMatchObject({ kind: "accepted" });
  const { header, transactions } = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
  expect(transactions).toEqual([]);
  expect(header.finalSaplingRoot).toEqual(EMPTY_SAPLING_ROOT);
  await chain.close();
});
