import { afterEach, expect, test } from "bun:test";
import { toHex } from "../../src/protocol/bytes/index.ts";
import {
  attestConfirm,
  legacyStart,
  signConfirm,
  signStart,
  unsignedConfirm,
} from "../../src/protocol/fluxnodes/index.ts";
import { COIN, type OutPoint, type Transaction } from "../../src/protocol/primitives/index.ts";
import { COINBASE_MATURITY } from "../../src/protocol/rules/index.ts";
import { BUILDER_KEY, BUILDER_SCRIPT, BUILDER_SECRET, type BuiltBlock, outputOf } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const KEY = { secret: BUILDER_SECRET, compressed: true };
const SIG_TIME = 1_700_000_000;
const CUMULUS = 1;
const COLLATERAL = 10_000n * COIN;

const params = privateNetwork({
  heights: { lwma: 2, equihash144: 3, acadia: 4, kamiooka: 5, kamata: 6, flux: 7 },
  benchmarkKey: toHex(BUILDER_KEY),
});

function startOf(collateral: OutPoint): Transaction {
  const fields = { collateral, publicKey: BUILDER_KEY, sigTime: SIG_TIME };
  return signStart(legacyStart(fields, BUILDER_KEY), KEY);
}

function confirmOf(collateral: OutPoint): Transaction {
  const confirm = unsignedConfirm({ collateral, kind: "initial", sigTime: SIG_TIME });
  return attestConfirm(signConfirm(confirm, KEY), { tier: CUMULUS, sigTime: SIG_TIME, ip: "198.51.100.7" }, KEY);
}

/** A chain with two outputs that are worth a node and old enough. */
async function startBench() {
  const bench = await TestBench.start(params, 1);
  const premine = bench.tip as BuiltBlock;
  await bench.grow(COINBASE_MATURITY);
  const outputs = [1, 2].map(() => ({ value: COLLATERAL, script: BUILDER_SCRIPT }));
  const funding = bench.builder.pay([premine.reward], outputs, bench.nextHeight);
  await bench.accept({ transactions: [funding] });
  return { bench, collaterals: [outputOf(funding, 0), outputOf(funding, 1)] as const };
}

function statusOf(bench: TestBench, collateral: OutPoint) {
  return bench.chain.read(({ nodes }) => nodes.find(collateral)?.status);
}

test("a collateral is good from a hundred confirmations on", async () => {
  const { bench, collaterals } = await startBench();
  const { outpoint } = collaterals[0];
  await bench.grow(COINBASE_MATURITY - 2);
  const early = startOf(outpoint);
  const { reject } = await bench.chain.submitBlock(
    bench.builder.build({ parent: bench.tip, transactions: [early], extra: Uint8Array.of(1) }).raw,
  );
  expect(reject?.reason).toStartWith("bad-txns-fluxnode-tx-inputs-missingorspent-");
  await bench.grow(1);
  await bench.accept({ transactions: [early] });
  expect(await statusOf(bench, outpoint)).toBe("started");
  await bench.chain.close();
});

test("a confirmed node leaves the list in the block that spends its collateral, and comes back with the block's end", async () => {
  const { bench, collaterals } = await startBench();
  const [first, second] = collaterals;
  await bench.grow(COINBASE_MATURITY);
  await bench.accept({ transactions: [startOf(first.outpoint), startOf(second.outpoint)] });
  await bench.accept({ transactions: [confirmOf(first.outpoint), confirmOf(second.outpoint)] });
  expect([await statusOf(bench, first.outpoint), await statusOf(bench, second.outpoint)]).toEqual([
    "confirmed",
    "confirmed",
  ]);
  const before = bench.tip as BuiltBlock;
  const list = () => bench.chain.read(({ nodes }) => [...nodes.queue(CUMULUS)].map((node) => node.collateral));
  const both = await list();
  expect(both.length).toBe(2);

  const spend = bench.builder.move(first, bench.nextHeight);
  await bench.accept({ transactions: [spend] });
  expect(await statusOf(bench, first.outpoint)).toBeUndefined();
  expect(await list()).toEqual([second.outpoint]);
  await bench.reopen();
  expect(await list()).toEqual([second.outpoint]);

  await bench.takeOff(before);
  expect(await list()).toEqual(both);
  await bench.reopen();
  expect(await list()).toEqual(both);
  await bench.chain.close();
});

test("a START and the spending of its collateral in one block", async () => {
  const { bench, collaterals } = await startBench();
  const [first] = collaterals;
  await bench.grow(COINBASE_MATURITY);
  const spend = bench.builder.move(first, bench.nextHeight);
  const { reject } = await bench.chain.submitBlock(
    bench.builder.build({ parent: bench.tip, transactions: [spend, startOf(first.outpoint)], extra: Uint8Array.of(4) })
      .raw,
  );
  expect(reject?.reason).toStartWith("bad-txns-fluxnode-tx-inputs-missingorspent-");
  await bench.accept({ transactions: [startOf(first.outpoint), spend] });
  // Only confirmed nodes are looked after: a started one is found out when it is to be confirmed.
  expect(await statusOf(bench, first.outpoint)).toBe("started");
  await bench.chain.close();
});
