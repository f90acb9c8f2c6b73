import { afterEach, describe, expect, test } from "bun:test";
import {
  type Chain,
  completeBlock,
  generateBlock,
  type MempoolEntry,
  PonMinter,
  PowMiner,
  SolutionRate,
  WorkTemplates,
} from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import { createClock, type Log, SILENT_LOG } from "../../src/platform/index.ts";
import { bytesKey, equalBytes, toHex } from "../../src/protocol/bytes/index.ts";
import {
  type Block,
  encodeBlock,
  makeHeader,
  makeTransaction,
  type Transaction,
} from "../../src/protocol/primitives/index.ts";
import { transactionsRoot } from "../../src/protocol/rules/index.ts";
import { countLegacySigops, scriptForDestination } from "../../src/protocol/script/index.ts";
import { createRpcHandler } from "../../src/server/rpc/index.ts";
import { BUILDER_SCRIPT, outputOf } from "./block-builder.ts";
import { baseCoins, baseTip, POOL_NETWORK, payOn, poolBuilder, poolChain } from "./pool-scene.ts";
import { MOCK_TIME, networkOf } from "./recorded-set.ts";
import { coinHashOf, freshChain, removeScratchFolders, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const HEIGHT = baseTip().height + 1;
const NOBODY = () => 0;

async function send(chain: Chain, ...transactions: readonly Transaction[]): Promise<void> {
  for (const tx of transactions) expect(await chain.pool.accept(tx)).toMatchObject({ kind: "accepted" });
}

function idsOf(transactions: readonly Transaction[]): string[] {
  return transactions.map(({ txid }) => toHex(txid));
}

async function chosen(chain: Chain): Promise<string[]> {
  const { transactions } = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
  return idsOf(transactions.map(({ tx }) => tx));
}

describe("a block template", () => {
  test("has parents before children, and more fee before less among those without priority", async () => {
    const { chain } = await poolChain();
    const [a, b, c] = baseCoins();
    if (!a || !b || !c) throw new Error("the base has no coins");
    const parent = payOn([a], 100n, HEIGHT);
    const child = payOn([outputOf(parent, 0)], 90_000n, HEIGHT);
    const grandchild = payOn([outputOf(child, 1), outputOf(parent, 1)], 10_000n, HEIGHT);
    const cheap = payOn([outputOf(grandchild, 0)], 2_000n, HEIGHT);
    const dear = payOn([outputOf(grandchild, 1)], 3_000n, HEIGHT);
    await send(chain, parent, child, grandchild, cheap, dear);
    expect(await chosen(chain)).toEqual(idsOf([parent, child, grandchild, dear, cheap]));
    const { fees, coinbase } = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
    expect(fees).toBe(105_100n);
    expect(coinbase.outputs[0]?.script).toEqual(BUILDER_SCRIPT);
    await chain.close();
  });

  test("minds what an operator adds to fee and priority", async () => {
    const { chain } = await poolChain();
    const [coin] = baseCoins();
    if (!coin) throw new Error("the base has no coins");
    const parent = payOn([coin], 1_000n, HEIGHT);
    // Without age they have no priority; the first one is free and would be left out.
    const free = payOn([outputOf(parent, 0)], 0n, HEIGHT);
    const paying = payOn([outputOf(parent, 1)], 5_000n, HEIGHT);
    await send(chain, parent, free, paying);
    expect(await chosen(chain)).toEqual(idsOf([parent, paying]));
    await chain.pool.prioritise(free.txid, { priority: 0, fee: 50_000n });
    expect(await chosen(chain)).toEqual(idsOf([parent, free, paying]));
    await chain.pool.prioritise(paying.txid, { priority: 1e20, fee: 0n });
    expect(await chosen(chain)).toEqual(idsOf([parent, paying, free]));
    await chain.close();
  });

  test("leaves out what expires before it, and what spoils it leaves the pool", async () => {
    const { chain } = await poolChain();
    const [a, b] = baseCoins();
    if (!a || !b) throw new Error("the base has no coins");
    const good = payOn([a], 1_000n, HEIGHT);
    await send(chain, good);
    // Something that the pool would never have taken: a signature for other outputs.
    const signed = payOn([b], 1_000n, HEIGHT);
    const [first, second] = signed.outputs;
    if (!first || !second) throw new Error("it has two outputs");
    const { raw: _, txid: __, ...fields } = signed;
    const bad = makeTransaction({ ...fields, outputs: [{ ...first, value: first.value - 1n }, second] });
    const child = payOn([outputOf(bad, 0)], 1_000n, HEIGHT);
    const [model] = chain.pool.content.entries();
    const smuggle = (tx: Transaction, fee: bigint) =>
      (chain.pool.content as unknown as { add(entry: MempoolEntry, learn: boolean): void }).add(
        { ...(model as MempoolEntry), tx, key: bytesKey(tx.txid), size: tx.raw.length, fee, spent: [first] },
        false,
      );
    smuggle(bad, 1_001n);
    smuggle(child, 1_000n);
    expect(chain.pool.content.size).toBe(3);
    expect(await chosen(chain)).toEqual(idsOf([good]));
    expect(idsOf(chain.pool.content.entries().map(({ tx }) => tx))).toEqual(idsOf([good]));
    await chain.close();
  });

  test("leaves the chain as it was", async () => {
    const { chain } = await poolChain();
    const coins = await coinHashOf(chain);
    await send(
      chain,
      ...baseCoins()
        .slice(0, 20)
        .map((coin) => payOn([coin], 1_000n, HEIGHT)),
    );
    const before = tipOf(chain);
    for (let i = 0; i < 3; i++) expect(await chosen(chain)).toHaveLength(20);
    expect(tipOf(chain)).toBe(before);
    expect(await coinHashOf(chain)).toBe(coins);
    const next = poolBuilder.build({ parent: baseTip() });
    expect(await chain.submitBlock(next.raw)).toMatchObject({ reject: null, judged: true });
    await chain.close();
  });

  /** A block of as many large transactions as go in, each with outputs to one script. */
  async function fullBlock(script: Uint8Array): Promise<Block> {
    const { chain } = await poolChain();
    const outputs = Array.from({ length: 2_900 }, () => ({ value: 1_000n, script }));
    // About 100 kB each.
    const large = baseCoins()
      .slice(0, 25)
      .map((coin) => poolBuilder.pay([coin], outputs, HEIGHT));
    await send(chain, ...large);
    const template = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
    await chain.close();
    return completeBlock(template, template.header);
  }

  test("is filled up to the limits of size and signature operations, and no further", async () => {
    const bySize = await fullBlock(scriptForDestination({ kind: "scripthash", hash: new Uint8Array(20) }));
    expect(bySize.raw.length).toBeLessThan(2_000_000);
    expect(bySize.raw.length).toBeGreaterThan(1_900_000 - 1_000);
    const bySigops = await fullBlock(BUILDER_SCRIPT);
    const sigops = bySigops.transactions.reduce((sum, tx) => sum + countLegacySigops(tx), 0);
    expect(sigops).toBeLessThan(20_000);
    expect(sigops).toBeGreaterThan(20_000 - 2_900 - 100);
  });
});

describe("getblocktemplate with a proposal", () => {
  /** A template's block with other transactions or another header. */
  function changed(block: Block, change: { readonly transactions?: readonly Transaction[]; readonly header?: object }) {
    const transactions = change.transactions ?? block.transactions;
    const { root } = transactionsRoot(transactions);
    const header = makeHeader({ ...block.header, merkleRoot: root, ...change.header });
    return toHex(encodeBlock(header, transactions));
  }

  test("is judged without its proof, and nothing is kept of it", async () => {
    const { chain, clock } = await poolChain();
    const handler = createRpcHandler(rpcContext({ chain, clock, stop: () => {} }));
    const propose = (data: string) => handler("getblocktemplate", [{ mode: "proposal", data }]);
    const template = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
    const block = completeBlock(template, template.header);
    const [coinbase] = block.transactions as [Transaction];
    const [output] = coinbase.outputs;
    if (!output) throw new Error("the coinbase pays somebody");
    const greedy = makeTransaction({ ...coinbase, outputs: [{ ...output, value: output.value + 1n }] });
    expect(await propose(toHex(block.raw))).toBeNull();
    expect(await propose(changed(block, { transactions: [greedy] }))).toBe("bad-cb-amount");
    expect(await propose(changed(block, { header: { merkleRoot: new Uint8Array(32) } }))).toBe("bad-txnmrklroot");
    expect(await propose(changed(block, { header: { bits: 0x1d00ffff } }))).toBe("bad-diffbits");
    expect(await propose(changed(block, { header: { prevHash: new Uint8Array(32) } }))).toBe(
      "inconclusive-not-best-prevblk",
    );
    expect(await propose(toHex(baseTip().raw))).toBe("duplicate");
    expect(await propose(toHex(block.raw))).toBeNull();
    expect(await chain.read((reader) => reader.entry(block.header.hash))).toBeUndefined();
    await chain.close();
  });
});

describe("work for miners", () => {
  test("is kept until there is news", async () => {
    const { chain, clock } = await poolChain();
    const work = new WorkTemplates(chain, clock, () => BUILDER_SCRIPT);
    const [first, same] = await Promise.all([work.current(), work.current()]);
    expect(same).toBe(first);
    expect(await work.current()).toBe(first);
    const stop = new AbortController();
    let news: boolean | null = null;
    const waiting = work.waitForNews({ tip: chain.tipHash, changes: first.changes }, stop.signal).then((result) => {
      news = result;
    });
    await Bun.sleep(20);
    expect(news).toBeNull();
    await chain.submitBlock(poolBuilder.build({ parent: baseTip() }).raw);
    await waiting;
    expect(news as boolean | null).toBe(true);
    const next = await work.current();
    expect(next.template.height).toBe(first.template.height + 1);
    // Somebody whose tip is not ours has old work already.
    expect(await work.waitForNews({ tip: new Uint8Array(32), changes: 0 }, stop.signal)).toBe(true);
    const last = work.waitForNews({ tip: chain.tipHash, changes: next.changes }, stop.signal);
    stop.abort();
    expect(await last).toBe(false);
    await chain.close();
  });

  test("is done by this node's own miner until it is stopped", async () => {
    const { chain, clock } = await poolChain();
    const work = new WorkTemplates(chain, clock, () => BUILDER_SCRIPT);
    const rate = new SolutionRate(clock);
    const miner = new PowMiner({ chain, clock, work, threads: 2, connections: NOBODY, rate, log: SILENT_LOG });
    const goal = HEIGHT + 4;
    while (chain.height < goal) await Bun.sleep(1);
    await miner.stop();
    const { height } = chain;
    expect(rate.perSecond).toBeGreaterThan(0);
    await Bun.sleep(20);
    expect(chain.height).toBe(height);
    await chain.close();
  });

  test("is not begun without peers where a network needs them", async () => {
    const lines: string[] = [];
    const { chain, clock } = await poolChain();
    const lonely = new Proxy(chain, {
      get: (target, name) =>
        name === "params" ? { ...POOL_NETWORK, miningRequiresPeers: true } : Reflect.get(target, name, target),
    });
    const work = new WorkTemplates(chain, clock, () => BUILDER_SCRIPT);
    const rate = new SolutionRate(clock);
    const log: Log = { ...SILENT_LOG, info: (text) => lines.push(text) };
    const miner = new PowMiner({ chain: lonely, clock, work, threads: 1, connections: NOBODY, rate, log });
    await Bun.sleep(50);
    await miner.stop();
    expect(lines).toEqual(["mining waits for peers", "mining ended"]);
    expect(chain.height).toBe(HEIGHT - 1);
    await chain.close();
  });
});

describe("blocks made at once", () => {
  test("have the development collateral on a network that is Proof of Node from the start", async () => {
    const params = networkOf("regtest-stock");
    const chain = await freshChain(params);
    const clock = createClock(MOCK_TIME);
    const options = { chain, now: () => clock.now(), producerScript: BUILDER_SCRIPT, threads: 1 };
    for (let i = 1; i <= 120; i++) {
      const hash = await generateBlock(options);
      expect(chain.height).toBe(i);
      expect(equalBytes(chain.tipHash, hash)).toBe(true);
    }
    const [last, parent] = await chain.read((reader) => [reader.tip.header, reader.tip.parent?.header] as const);
    expect(last.version).toBe(100);
    expect(last.proof).toMatchObject({ kind: "pon", signature: new Uint8Array(64) });
    expect(last.time).toBe((parent?.time ?? 0) + 1);
    await chain.close();
  });

  test("are nobody's business where the development collateral is not known", async () => {
    const params = networkOf("regtest-stock");
    const strict = { ...params, rules: { ...params.rules, ponBypassCollateral: false } };
    const chain = await freshChain(strict);
    const options = { chain, now: () => MOCK_TIME, producerScript: BUILDER_SCRIPT, threads: 1 };
    await expect(generateBlock(options)).rejects.toMatchObject({ code: "no-development-collateral" });
    expect(chain.height).toBe(0);
    await chain.close();
  });
});

describe("the minter", () => {
  test("waits while its node is not confirmed, and an error does not end it", async () => {
    const { chain, clock } = await poolChain();
    const problems: string[] = [];
    let reads = 0;
    const failing = new Proxy(chain, {
      get: (target, name) => {
        if (name !== "read") return Reflect.get(target, name, target);
        reads++;
        if (reads === 2) throw new Error("the disk is somewhere else");
        return target.read.bind(target);
      },
    });
    let rests = 0;
    const minter = new PonMinter({
      chain: failing,
      clock,
      key: { secret: new Uint8Array(32).fill(1), compressed: true },
      collateral: { txid: new Uint8Array(32).fill(2), index: 0 },
      connections: NOBODY,
      log: { ...SILENT_LOG, error: (text) => problems.push(text) },
      pause: async () => ++rests < 5,
    });
    expect(await minter.attempt()).toBe("waiting");
    await minter.run();
    expect(reads).toBe(6);
    expect(problems).toEqual(["minting failed, going on with the next slot"]);
    await chain.close();
  });
});
