import { describe, expect, test } from "bun:test";
import type { NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  type Block,
  type BlockHeader,
  encodeBlock,
  type FluxnodeConfirm,
  makeHeader,
  type PonProof,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import {
  type BlockContext,
  type ChainEntry,
  checkBlock,
  checkBlockInContext,
  reject,
  transactionsRoot,
} from "../../../../src/protocol/rules/index.ts";
import { Op } from "../../../../src/protocol/script/index.ts";
import { MOCK_TIME, recordedChain } from "./recorded-chain.ts";
import { coinbase, fluxnode, input, output, sapling } from "./sample-transactions.ts";

const recorded = recordedChain("regtest-a");
/** Targets are free, so that blocks can be made up here, and benchmarks need no key. */
const params: NetworkParams = {
  ...recorded.params,
  rules: { ...recorded.params.rules, enforcePonTarget: false, benchmarkBypass: true },
};
const HEIGHT = 700;
const parent = recorded.entries[HEIGHT - 1] as ChainEntry;
const { header } = recorded.blocks[HEIGHT] as Block;
const [ownCoinbase] = (recorded.blocks[HEIGHT] as Block).transactions as [Transaction];

const blockOf = (transactions: readonly Transaction[], change: Partial<BlockHeader> = {}): Block => {
  const merkleRoot = transactionsRoot(transactions).root;
  const own = makeHeader({ ...header, merkleRoot, ...change });
  return { header: own, transactions, raw: encodeBlock(own, transactions) };
};
const context = { tipHeight: HEIGHT - 1, adjustedTime: MOCK_TIME, nodes: null };
const check = (block: Block) => checkBlock(block, params, context);
const confirm = (change: Partial<FluxnodeConfirm> = {}): Transaction =>
  fluxnode({
    kind: "confirm",
    type: 4,
    collateral: { txid: new Uint8Array(32).fill(3), index: 0 },
    sigTime: 0,
    benchmarkTier: 1,
    benchmarkSigTime: 0,
    updateType: 0,
    ip: "",
    signature: new Uint8Array(65),
    benchmarkSignature: new Uint8Array(65),
    ...change,
  });
const withSigops = (count: number) => sapling({ outputs: [output(1n, new Uint8Array(count).fill(Op.CHECKSIG))] });

describe("a block by itself", () => {
  test("a made-up one passes", () => {
    expect(check(blockOf([ownCoinbase, sapling(), confirm()]))).toBeNull();
  });

  test("its header comes first", () => {
    expect(check(blockOf([], { version: 3, merkleRoot: new Uint8Array(32).fill(1) }))?.reason).toBe("version-too-low");
    const unchecked = { ...context, headerChecked: true };
    expect(checkBlock(blockOf([], { version: 3 }), params, unchecked)?.reason).toBe("bad-blk-length");
  });

  test("merkle root, then mutation, both of the copy", () => {
    const twice = [ownCoinbase, ...[1, 2, 2].map((index) => sapling({ inputs: [input(index)] }))];
    expect(check(blockOf(twice, { merkleRoot: new Uint8Array(32) }))).toMatchObject({
      reason: "bad-txnmrklroot",
      blame: 100,
      scope: "copy",
    });
    expect(check(blockOf(twice))).toMatchObject({ reason: "bad-txns-duplicate", blame: 100, scope: "copy" });
    const template = { ...context, template: true };
    expect(checkBlock(blockOf(twice), params, template)?.reason).toBe("bad-txns-duplicate");
  });

  test("size", () => {
    const filler = (size: number) => sapling({ outputs: [output(1n, new Uint8Array(size))] });
    const size = { reason: "bad-blk-length", blame: 100, scope: "hash" };
    const full = blockOf([ownCoinbase, filler(1_000_000), filler(900_000)]);
    const rest = 2_000_000 - full.raw.length;
    expect(check(blockOf([ownCoinbase, filler(1_000_000), filler(900_000 + rest)]))).toBeNull();
    const tooLarge = (excess: number) =>
      check(blockOf([ownCoinbase, filler(1_000_000), filler(900_000 + rest + excess)]));
    // A shorter block signature could still make room for as many bytes as it takes.
    const { length } = (header.proof as PonProof).signature;
    expect(tooLarge(1)).toMatchObject({ ...size, scope: "copy" });
    expect(tooLarge(length)).toMatchObject({ ...size, scope: "copy" });
    expect(tooLarge(length + 1)).toMatchObject(size);
    expect(check(blockOf([]))).toMatchObject(size);
  });

  test("a block that is too large by signatures alone counts for the copy", () => {
    const inflated = confirm({ signature: new Uint8Array(2_000_000) });
    expect(check(blockOf([ownCoinbase, inflated]))).toMatchObject({ reason: "bad-blk-length", scope: "copy" });
  });

  test("one coinbase, in front; size before it", () => {
    expect(check(blockOf([sapling(), ownCoinbase]))).toMatchObject({ reason: "bad-cb-missing", blame: 100 });
    expect(check(blockOf([ownCoinbase, sapling(), coinbase()]))).toMatchObject({
      reason: "bad-cb-multiple",
      blame: 100,
    });
    expect(check(blockOf([sapling({ outputs: [output(1n, new Uint8Array(2_000_000))] })]))?.reason).toBe(
      "bad-blk-length",
    );
  });

  test("one fluxnode transaction for a collateral", () => {
    const other = { txid: new Uint8Array(32).fill(3), index: 1 };
    expect(check(blockOf([ownCoinbase, confirm(), confirm({ collateral: other })]))).toBeNull();
    expect(check(blockOf([ownCoinbase, confirm(), confirm({ sigTime: 5 })]))).toMatchObject({
      reason: "bad-fluxnode-tx-multiple",
      blame: 100,
    });
  });

  test("transactions, then signature operations", () => {
    const negative = sapling({ outputs: [output(-1n, new Uint8Array(20_001).fill(Op.CHECKSIG))] });
    expect(check(blockOf([ownCoinbase, withSigops(30_000), negative]))?.reason).toBe("bad-txns-vout-negative");
    const others = (recorded.blocks[HEIGHT] as Block).transactions[0]?.outputs.length ?? 0;
    expect(check(blockOf([ownCoinbase, withSigops(20_000 - others)]))).toBeNull();
    expect(check(blockOf([ownCoinbase, withSigops(20_001)]))).toMatchObject({
      reason: "bad-blk-sigops",
      blame: 100,
      scope: "copy",
    });
  });
});

describe("a block on top of its parent", () => {
  const inContext = (block: Block, change: Partial<BlockContext> = {}, rules = params) =>
    checkBlockInContext(block, parent, rules, { producer: "deferred", initialDownload: false, ...change });
  const waiting = sapling({ lockTime: HEIGHT, inputs: [input(0, undefined, 0)] });

  test("kind of block, then producer", () => {
    const pow = blockOf([ownCoinbase, waiting], {
      version: 4,
      proof: { kind: "pow", nonce: new Uint8Array(32), solution: new Uint8Array(36) },
    });
    expect(inContext(pow)).toMatchObject({ reason: "not-pon-block", blame: 100, scope: "hash" });
    const block = blockOf([ownCoinbase, waiting]);
    expect(inContext(block, { producer: "unknown" })).toMatchObject({ reason: "bad-pon-block", scope: "hash" });
    expect(inContext(block, { producer: new Uint8Array(33).fill(2) })).toMatchObject({
      reason: "bad-pon-block",
      blame: 100,
      scope: "copy",
    });
    const emergency = {
      ...(header.proof as PonProof),
      collateral: params.emergency.collateral,
      signature: new Uint8Array(0),
    };
    expect(inContext(blockOf([ownCoinbase], { proof: emergency }))).toMatchObject({
      reason: "bad-pon-block",
      scope: "copy",
    });
  });

  test("before PON any producer will do", () => {
    const pow = recorded.blocks[300] as Block;
    const before = recorded.entries[299] as ChainEntry;
    expect(checkBlockInContext(pow, before, params, { producer: "unknown", initialDownload: false })).toBeNull();
  });

  test("each transaction in turn: its height, its state, its finality", () => {
    const seen: number[] = [];
    const refuseSecond = (_: Transaction, index: number) => {
      seen.push(index);
      return index === 1 ? reject("test.state", "state", 1) : null;
    };
    const block = blockOf([ownCoinbase, waiting, sapling({ expiryHeight: 5 })]);
    expect(inContext(block)).toMatchObject({ reason: "bad-txns-nonfinal", blame: 10 });
    expect(inContext(block, { checkTransactionState: refuseSecond })?.reason).toBe("state");
    expect(seen).toEqual([0, 1]);
    expect(inContext(blockOf([ownCoinbase, sapling({ expiryHeight: 5 }), waiting]))).toMatchObject({
      reason: "tx-sapling-expired",
      blame: 100,
    });
  });

  test("finality goes by the block's own time", () => {
    const until = sapling({ lockTime: header.time, inputs: [input(0, undefined, 0)] });
    expect(inContext(blockOf([ownCoinbase, until]))?.reason).toBe("bad-txns-nonfinal");
    expect(inContext(blockOf([ownCoinbase, until], { time: header.time + 1 }))).toBeNull();
  });

  test("the height in the coinbase comes last, from height 21 on", () => {
    const nameless = coinbase(undefined, { outputs: ownCoinbase.outputs });
    expect(inContext(blockOf([nameless]))).toMatchObject({ reason: "bad-cb-height", blame: 100, scope: "hash" });
    expect(inContext(blockOf([nameless, waiting]))?.reason).toBe("bad-txns-nonfinal");
    const early = (height: number) => {
      const block = recorded.blocks[height] as Block;
      const [own] = block.transactions as [Transaction];
      const changed = {
        ...own,
        inputs: [{ ...(own.inputs[0] as (typeof own.inputs)[0]), scriptSig: new Uint8Array(2) }],
      };
      const before = recorded.entries[height - 1] as ChainEntry;
      const unnamed = { ...block, transactions: [changed] };
      return checkBlockInContext(unnamed, before, params, { producer: "deferred", initialDownload: false });
    };
    expect(early(20)).toBeNull();
    expect(early(21)?.reason).toBe("bad-cb-height");
  });
});
