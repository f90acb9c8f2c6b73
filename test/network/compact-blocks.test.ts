import { afterEach, describe, expect, test } from "bun:test";
import {
  blocktxnMessage,
  cmpctblockMessage,
  filteraddMessage,
  filterloadMessage,
  getblocktxnMessage,
  getdataMessage,
  InventoryType,
  sendcmpctMessage,
} from "../../src/p2p/messages/index.ts";
import { makeCompactBlock } from "../../src/p2p/serve/make-compact-block.ts";
import { ByteReader } from "../../src/protocol/bytes/index.ts";
import { readPartialMerkleTree } from "../../src/protocol/filters/index.ts";
import { type Block, decodeBlock, readHeader, type Transaction } from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll } from "../chain/test-store.ts";
import { FakePool } from "./fake-pool.ts";
import { endAll, introducedPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

const PARAMS = networkOf("regtest-a");
const RAW = blocksOf("regtest-a");

/** Height of a block with at least four transactions. */
const RICH = RAW.findIndex((raw) => decodeBlock(raw).transactions.length >= 4) + 1;
const BLOCK: Block = decodeBlock(RAW[RICH - 1] as Uint8Array);

afterEach(endAll);

async function nodeBelow(pool: FakePool): Promise<TestNode> {
  const node = await startNode({ params: PARAMS, pool });
  await connectAll(node.chain, RAW.slice(0, RICH - 1));
  return node;
}

function item(type: number) {
  return [{ type, hash: BLOCK.header.hash }];
}

describe("compact blocks", () => {
  test("with all transactions in the pool become whole ones", async () => {
    const pool = new FakePool();
    const node = await nodeBelow(pool);
    for (const tx of BLOCK.transactions.slice(1)) await pool.accept(tx);
    const peer = await introducedPeer(node);
    peer.send(cmpctblockMessage, makeCompactBlock(BLOCK, 5n));
    await until("the block", () => node.chain.height === RICH);
  });

  test("with some of them missing are completed by getblocktxn", async () => {
    const pool = new FakePool();
    const node = await nodeBelow(pool);
    await pool.accept(BLOCK.transactions[2] as Transaction);
    const peer = await introducedPeer(node);
    peer.send(cmpctblockMessage, makeCompactBlock(BLOCK, 5n));
    const { indexes, blockHash } = await peer.hearBody(getblocktxnMessage);
    const all = BLOCK.transactions.map((_, i) => i);
    expect(indexes).toEqual(all.filter((i) => i !== 0 && i !== 2));
    peer.send(blocktxnMessage, { blockHash, transactions: indexes.map((i) => BLOCK.transactions[i] as Transaction) });
    await until("the block", () => node.chain.height === RICH);
    expect(node.network.peers.all()[0]?.score).toBe(0);
  });

  test("completed by the wrong transactions are fetched whole", async () => {
    const node = await nodeBelow(new FakePool());
    const peer = await introducedPeer(node);
    peer.send(cmpctblockMessage, makeCompactBlock(BLOCK, 5n));
    const { indexes, blockHash } = await peer.hearBody(getblocktxnMessage);
    peer.send(blocktxnMessage, { blockHash, transactions: indexes.map(() => BLOCK.transactions[1] as Transaction) });
    expect(await peer.hearBody(getdataMessage)).toEqual(item(InventoryType.block));
    peer.sendRaw("block", BLOCK.raw);
    await until("the block", () => node.chain.height === RICH);
  });

  test("of impossible structure end the connection", async () => {
    const node = await nodeBelow(new FakePool());
    const good = makeCompactBlock(BLOCK, 5n);
    const [coinbase] = good.prefilled;
    if (!coinbase) throw new Error("no coinbase");
    for (const bad of [
      { ...good, shortIds: [], prefilled: [] },
      { ...good, prefilled: [{ ...coinbase, offset: 60_000 }] },
    ]) {
      const fresh = await startNode({ params: PARAMS, pool: new FakePool() });
      await connectAll(fresh.chain, RAW.slice(0, RICH - 1));
      const peer = await introducedPeer(fresh);
      peer.send(cmpctblockMessage, bad);
      await peer.gone();
    }
    expect(node.chain.height).toBe(RICH - 1);
  }, 120_000);

  test("are given to those who ask: near the tip compact, deeper whole", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, RICH));
    const peer = await introducedPeer(node);
    peer.send(getdataMessage, item(InventoryType.compactBlock));
    const compact = await peer.hearBody(cmpctblockMessage);
    expect(compact.shortIds).toHaveLength(BLOCK.transactions.length - 1);
    expect(compact).toEqual({
      ...makeCompactBlock(BLOCK, compact.nonce),
      header: compact.header,
      prefilled: compact.prefilled,
    });
    expect(compact.prefilled.map(({ offset, transaction }) => [offset, transaction.txid])).toEqual([
      [0, BLOCK.transactions[0]?.txid as Uint8Array],
    ]);
    peer.send(getdataMessage, [
      { type: InventoryType.compactBlock, hash: decodeBlock(RAW[0] as Uint8Array).header.hash },
    ]);
    await peer.hear(RICH > 101 ? "block" : "cmpctblock");
    peer.send(getblocktxnMessage, { blockHash: BLOCK.header.hash, indexes: [1, 3] });
    const { transactions } = await peer.hearBody(blocktxnMessage);
    expect(transactions.map(({ txid }) => txid)).toEqual([1, 3].map((i) => BLOCK.transactions[i]?.txid as Uint8Array));
    peer.send(getblocktxnMessage, { blockHash: BLOCK.header.hash, indexes: [BLOCK.transactions.length] });
    await peer.gone();
  });

  test("announce new blocks to those who asked for that", async () => {
    const node = await nodeBelow(new FakePool());
    await node.rest();
    const peer = await introducedPeer(node, { startHeight: RICH });
    peer.send(sendcmpctMessage, { announce: true, version: 1n });
    await peer.settle();
    await connectAll(node.chain, RAW.slice(RICH - 1, RICH));
    expect((await peer.hearBody(cmpctblockMessage)).header.hash).toEqual(BLOCK.header.hash);
  });
});

describe("filtered blocks", () => {
  test("prove what matches, and the matching transactions follow", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, RICH));
    const peer = await introducedPeer(node);
    const wanted = BLOCK.transactions[2] as Transaction;
    peer.send(filterloadMessage, { data: new Uint8Array(500), hashFunctions: 12, tweak: 9, flags: 0 });
    peer.send(filteraddMessage, wanted.txid);
    peer.send(getdataMessage, item(InventoryType.filteredBlock));
    const { payload } = await peer.hear("merkleblock");
    const reader = new ByteReader(payload);
    expect(readHeader(reader).hash).toEqual(BLOCK.header.hash);
    const proof = readPartialMerkleTree(reader);
    expect(proof?.root).toEqual(BLOCK.header.merkleRoot);
    expect(proof?.matches).toEqual([wanted.txid]);
    expect((await peer.hear("tx")).payload).toEqual(wanted.raw);
  });
});
