import { describe, expect, test } from "bun:test";
import { fromDisplayHash, fromHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  type Block,
  decodeBlock,
  decodeHeader,
  decodeTransaction,
  isCoinbase,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import {
  blockSubsidy,
  blockWork,
  type ChainEntry,
  checkBlock,
  checkBlockInContext,
  checkCoinbaseAmount,
  checkHeader,
  checkHeaderInContext,
  checkPayouts,
  checkTransaction,
  checkTransactionInContext,
  encodeCompact,
  specialPayments,
  type TierPayee,
  transactionsRoot,
} from "../../../../src/protocol/rules/index.ts";
import { readJson } from "./recorded-chain.ts";

const main = builtInNetwork("main") as NetworkParams;
const items = <T>(path: string) => (readJson(path) as { items: T[] }).items;
const context = { tipHeight: 2_999_999, adjustedTime: 2_000_000_000, nodes: null };

/** A parent of which only height, time and hash matter. */
const parentAt = (height: number, time: number): ChainEntry => ({
  height,
  time,
  bits: 0x1d1afbb2,
  version: 4,
  hash: new Uint8Array(32),
  parent: null,
});

describe("proof-of-work headers of main", () => {
  const headers = items<{ height: number; hash: string; header: string }>("mainnet/headers-pow.json");

  test("pass, and no longer do when a bit of them changes", () => {
    expect(headers.length).toBeGreaterThan(5);
    for (const item of headers) {
      const raw = fromHex(item.header);
      const header = decodeHeader(raw);
      expect(toDisplayHash(header.hash)).toBe(item.hash);
      expect(checkHeader(header, main, context)).toBeNull();
      const changed = raw.slice();
      changed[110] = (changed[110] as number) ^ 1;
      expect(checkHeader(decodeHeader(changed), main, context)?.reason).toBe("invalid-solution");
    }
  });
});

describe("blocks of main", () => {
  const blocks = items<{ height: number; raw: string; size: number }>("mainnet/blocks.json");
  const blockAt = (height: number): Block => {
    const item = blocks.find((candidate) => candidate.height === height);
    if (!item) throw new Error(`no block ${height}`);
    return decodeBlock(fromHex(item.raw));
  };

  test.each([100_000, 2_020_000])("block %p passes every check that needs no neighbours", (height) => {
    const block = blockAt(height);
    const parent = parentAt(height - 1, block.header.time - 30);
    expect(checkBlock(block, main, context)).toBeNull();
    expect(checkBlockInContext(block, parent, main, { producer: "deferred", initialDownload: false })).toBeNull();
    const [coinbase] = block.transactions as [Transaction];
    expect(checkCoinbaseAmount(coinbase.outputs, height, 100_000n, main)).toBeNull();
  });

  test("the first PON block passes as a header too", () => {
    const { header } = blockAt(2_020_000);
    const known = { tipHeight: 2_019_999, lastCheckpointHeight: 1_791_720 };
    expect(checkHeaderInContext(header, parentAt(2_019_999, header.time - 1), main, known)).toBeNull();
    expect(checkHeaderInContext(header, parentAt(2_019_999, header.time), main, known)?.reason).toBe("time-too-old");
    expect(checkHeaderInContext(header, parentAt(2_019_998, header.time - 1), main, known)?.reason).toBe(
      "premature-pon-block",
    );
  });

  test("a transaction left out or exchanged shows in the merkle root, one doubled in the mutation", () => {
    const block = blockAt(2_020_000);
    const [coinbase, ...others] = block.transactions as [Transaction, ...Transaction[]];
    const verdict = (transactions: Transaction[]) => checkBlock({ ...block, transactions }, main, context);
    expect(verdict([coinbase, ...others.slice(1)])).toMatchObject({
      reason: "bad-txnmrklroot",
      blame: 100,
      scope: "copy",
    });
    expect(verdict([...others, coinbase])).toMatchObject({ reason: "bad-txnmrklroot" });
    expect(verdict([])).toMatchObject({ reason: "bad-txnmrklroot" });
  });
});

describe("transactions of PON blocks of main", () => {
  interface PonBlock {
    readonly height: number;
    readonly complete: boolean;
    readonly merkleRoot: string;
    readonly transactions: readonly { readonly hex: string }[];
  }
  const ponBlocks = items<PonBlock>("mainnet/pon-block-transactions.json").map((item) => ({
    ...item,
    transactions: item.transactions.map(({ hex }) => decodeTransaction(fromHex(hex))),
  }));

  test("pass by themselves and at their height", () => {
    for (const { height, transactions } of ponBlocks) {
      for (const tx of transactions) {
        expect(checkTransaction(tx, main, null)).toBeNull();
        expect(checkTransactionInContext(tx, height, main, { score: 100, initialDownload: false })).toBeNull();
      }
    }
  });

  test("have the merkle root of their block", () => {
    const complete = ponBlocks.filter((block) => block.complete);
    expect(complete.length).toBeGreaterThan(0);
    for (const { merkleRoot, transactions } of complete) {
      const { root, mutated } = transactionsRoot(transactions);
      expect(toDisplayHash(root)).toBe(merkleRoot);
      expect(mutated).toBe(false);
    }
  });

  test("coinbases pay the three tiers and the development fund", () => {
    for (const { height, transactions } of ponBlocks) {
      const coinbase = transactions.find(isCoinbase) as Transaction;
      const payees = ([1, 2, 3] as const).map((tier): TierPayee => {
        const output = coinbase.outputs[tier];
        if (!output) throw new Error(`no output ${tier}`);
        return { tier, script: output.script };
      });
      expect(checkPayouts(coinbase.outputs, payees, height, main)).toBeNull();
      expect(checkPayouts(coinbase.outputs.slice(1), payees, height, main)).not.toBeNull();
    }
  });
});

test("merkle roots of main", () => {
  // One source gives no root; the file has a computed one for it.
  const roots = items<{ txids: string[]; merkleRoot?: string; computedMerkleRoot?: string }>(
    "mainnet/merkle-roots.json",
  );
  expect(roots.length).toBeGreaterThan(3);
  for (const { txids, computedMerkleRoot, merkleRoot = computedMerkleRoot } of roots) {
    const transactions = txids.map((txid) => ({ txid: fromDisplayHash(txid) }) as Transaction);
    expect(toDisplayHash(transactionsRoot(transactions).root)).toBe(merkleRoot as string);
  }
});

test("facts of the chain that public sources state", () => {
  const facts = readJson("mainnet/chain-facts.json") as {
    pow: { limit: string };
    pon: { limit: string; startLimit: string; activationHeight: number; initialSubsidy: number };
    funding: {
      exchange: { height: number; amountZat: number };
      foundation: { height: number; amountZat: number };
      swapPool: { startHeight: number; interval: number; maxTimes: number; amountZat: number };
    };
  };
  const { pow, pon, funding } = facts;
  expect(encodeCompact(BigInt(`0x${pow.limit}`))).toBe(0x1f07ffff);
  expect(encodeCompact(BigInt(`0x${pon.limit}`))).toBe(0x200fffff);
  expect(encodeCompact(BigInt(`0x${pon.startLimit}`))).toBe(0x1f0bffff);
  expect(blockSubsidy(pon.activationHeight, main)).toBe(BigInt(pon.initialSubsidy) * 100_000_000n);
  expect(blockWork({ version: 100, bits: 0x1f0bffff })).toBe(0x10000000000n);
  const paid = (height: number) => specialPayments(height, main).map((due) => Number(due.amount));
  expect(paid(funding.exchange.height)).toEqual([funding.exchange.amountZat]);
  expect(paid(funding.foundation.height)).toEqual([funding.foundation.amountZat]);
  const { startHeight, interval, maxTimes, amountZat } = funding.swapPool;
  for (let i = 0; i < maxTimes; i++) expect(paid(startHeight + interval * i)).toEqual([amountZat]);
  expect(paid(startHeight + interval * maxTimes)).toEqual([]);
});
