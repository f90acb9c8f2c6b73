import { afterEach, describe, expect, test } from "bun:test";
import { txMessage } from "../../src/p2p/messages/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { BlockBuilder, outputOf } from "../chain/block-builder.ts";
import { privateNetwork } from "../chain/private-network.ts";
import { connectAll, tipOf } from "../chain/test-store.ts";
import { endAll, introducedPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

afterEach(endAll);

describe("transactions between two nodes", () => {
  test("go from pool to pool, both ways, and into a block", async () => {
    const params = privateNetwork({ heights: { acadia: 5 } });
    const builder = new BlockBuilder(params);
    const chain = builder.extend(null, 103);
    const top = chain.at(-1);
    if (!top) throw new Error("no blocks");
    const start = (connect: number[]) => startNode({ params, mockTime: top.entry.time + 60, connect });
    const a = await start([]);
    const b = await start([a.port]);
    await connectAll(
      a.chain,
      chain.map(({ raw }) => raw),
    );
    await until("b has the chain", () => tipOf(b.chain) === tipOf(a.chain));
    const spend = (index: number) => {
      const { reward } = chain[index] as (typeof chain)[number];
      return builder.move(reward, top.height + 1, 10_000n);
    };
    const offer = async ({ chain: own, network }: TestNode, index: number) => {
      const tx = spend(index);
      expect(await own.pool.accept(tx)).toMatchObject({ kind: "accepted" });
      network.relayTransaction(tx);
      return tx;
    };
    const fromA = await offer(a, 0);
    await until("b has the transaction of a", () => b.chain.pool.content.has(fromA.txid));
    const fromB = await offer(b, 1);
    await until("a has the transaction of b", () => a.chain.pool.content.has(fromB.txid));
    const next = builder.build({ parent: top, transactions: [fromA, fromB] });
    await connectAll(b.chain, [next.raw]);
    await until("a has the block", () => tipOf(a.chain) === tipOf(b.chain));
    for (const { chain: own } of [a, b]) expect(own.pool.content.size).toBe(0);
    for (const { network } of [a, b]) for (const { score } of network.peers.all()) expect(score).toBe(0);
  }, 120_000);

  test("that come before their parents wait at every node, and go on in order", async () => {
    const params = privateNetwork({ heights: { acadia: 5 } });
    const builder = new BlockBuilder(params);
    const chain = builder.extend(null, 103);
    const top = chain.at(-1);
    if (!top) throw new Error("no blocks");
    const start = (connect: number[]) => startNode({ params, mockTime: top.entry.time + 60, connect });
    const a = await start([]);
    const b = await start([a.port]);
    await connectAll(
      a.chain,
      chain.map(({ raw }) => raw),
    );
    await until("b has the chain", () => tipOf(b.chain) === tipOf(a.chain));
    const family = [builder.move((chain[0] as (typeof chain)[number]).reward, top.height + 1, 10_000n)];
    for (let i = 0; i < 3; i++) {
      family.push(builder.move(outputOf(family[i] as Transaction, 0), top.height + 1, 10_000n));
    }
    const giver = await introducedPeer(a);
    for (const tx of family.toReversed().slice(0, 3)) giver.send(txMessage, tx);
    await giver.settle();
    expect(a.network.relay.orphans.size).toBe(3);
    expect(a.chain.pool.content.size).toBe(0);
    // Nobody is told of what cannot be judged yet.
    expect(b.network.relay.orphans.size).toBe(0);
    giver.send(txMessage, family[0] as Transaction);
    await until("b has all of them", () => family.every(({ txid }) => b.chain.pool.content.has(txid)));
    for (const { chain: own, network } of [a, b]) {
      expect(own.pool.content.size).toBe(4);
      await until("no orphans are left", () => network.relay.orphans.size === 0);
      for (const { score } of network.peers.all()) expect(score).toBe(0);
    }
  }, 120_000);
});
