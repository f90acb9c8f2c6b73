import { afterEach, describe, expect, test } from "bun:test";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { BlockBuilder, type BuiltBlock } from "../chain/block-builder.ts";
import { privateNetwork } from "../chain/private-network.ts";
import { connectAll, tipOf } from "../chain/test-store.ts";
import { endAll, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

afterEach(endAll);

/** Deep enough that the first rewards can be spent. */
const COMMON = 103;

async function agree(what: string, ...nodes: TestNode[]): Promise<void> {
  await until(what, () => new Set(nodes.map(({ chain }) => tipOf(chain))).size === 1, 100_000);
}

async function give({ chain }: TestNode, blocks: readonly BuiltBlock[]): Promise<void> {
  await connectAll(
    chain,
    blocks.map(({ raw }) => raw),
  );
}

async function offer({ chain, network }: TestNode, tx: Transaction): Promise<void> {
  expect(await chain.pool.accept(tx)).toMatchObject({ kind: "accepted" });
  network.relayTransaction(tx);
}

describe("a partition of two halves that both produce", () => {
  test("heals to the better chain; what only the other one held is mined again", async () => {
    const params = privateNetwork({ heights: { acadia: 5 } });
    const builder = new BlockBuilder(params);
    const common = builder.extend(null, COMMON);
    const top = common.at(-1) as BuiltBlock;
    const start = (connect: number[]) => startNode({ params, mockTime: top.entry.time + 3600, connect });

    const a = await start([]);
    const b = await start([a.port]);
    const c = await start([b.port]);
    const d = await start([]);
    const e = await start([d.port]);
    const f = await start([e.port]);
    const [losing, winning] = [
      [a, b, c],
      [d, e, f],
    ] as const;
    const all = [...losing, ...winning];
    for (const node of [a, d]) await give(node, common);
    await agree("everybody has the common part", ...all);

    // The half with less work has one transaction in a block and one in its pools, the other half one of its own.
    const [mined, waiting, theirs] = [0, 1, 2].map((i) =>
      builder.move((common[i] as BuiltBlock).reward, top.height + 1, 10_000n),
    ) as [Transaction, Transaction, Transaction];
    await offer(a, mined);
    await until("the losing half has it", () => losing.every(({ chain }) => chain.pool.content.has(mined.txid)));
    const lostFirst = builder.build({ parent: top, transactions: [mined], extra: Uint8Array.of(1) });
    const lost = [lostFirst, ...builder.extend(lostFirst, 3, Uint8Array.of(1))];
    const wonFirst = builder.build({ parent: top, transactions: [theirs], extra: Uint8Array.of(2) });
    const won = [wonFirst, ...builder.extend(wonFirst, 7, Uint8Array.of(2))];
    // Both halves produce by turns, at different ends.
    for (let i = 0; i < lost.length; i++) {
      await give(i % 2 === 0 ? a : c, lost.slice(i, i + 1));
      await agree("the losing half follows", ...losing);
      await give(i % 2 === 0 ? f : d, won.slice(2 * i, 2 * i + 2));
      await agree("the winning half follows", ...winning);
    }
    expect(a.chain.pool.content.size).toBe(0);
    await offer(c, waiting);
    await until("the losing half has it", () => losing.every(({ chain }) => chain.pool.content.has(waiting.txid)));
    expect(a.chain.height).toBe(COMMON + 4);
    expect(d.chain.height).toBe(COMMON + 8);

    c.connectTo(d);
    await agree("all agree", ...all);
    expect(tipOf(a.chain)).toBe(tipOf(d.chain));
    expect(a.chain.height).toBe(COMMON + 8);
    for (const { chain } of losing) {
      await until("the transactions of the lost blocks are back", () => chain.pool.content.size === 2);
      for (const tx of [mined, waiting]) expect(chain.pool.content.has(tx.txid)).toBe(true);
    }

    // And on it goes: a block of the half that lost, with them, reaches the other end.
    const next = builder.build({ parent: won.at(-1) as BuiltBlock, transactions: [mined, waiting] });
    await give(a, [next]);
    await agree("all follow", ...all);
    expect(f.chain.height).toBe(COMMON + 9);
    for (const { chain } of all) expect(chain.pool.content.size).toBe(0);
    for (const { network } of all) for (const { score } of network.peers.all()) expect(score).toBe(0);
  }, 120_000);
});
