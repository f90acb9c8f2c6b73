import { afterEach, describe, expect, test } from "bun:test";
import type { TipChange } from "../../src/chain/index.ts";
import { tipLog } from "../../src/node/tip-log.ts";
import { createLog } from "../../src/platform/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { EventStream } from "../../src/server/events/index.ts";
import { ChainCounters } from "../../src/server/health/index.ts";
import { expectFollowed, follow } from "./follower.ts";
import { baseCoins, baseTip, expectSound, keysOf, payOn, poolBuilder, poolChain, poolKeys } from "./pool-scene.ts";
import { connectAll, removeScratchFolders, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

describe("blocks that are taken off without a successor", () => {
  async function scene() {
    const { chain } = await poolChain();
    const height = baseTip().height + 1;
    const payment = payOn(baseCoins().slice(0, 1), 10_000n, height);
    const paying = poolBuilder.build({ parent: baseTip(), transactions: [payment] });
    const last = poolBuilder.build({ parent: paying });
    await connectAll(chain, [paying.raw, last.raw]);
    return { chain, paying, last, payment };
  }

  test("are told at once: blocks, memory pool, events, log and counters", async () => {
    const { chain, paying, last, payment } = await scene();
    const told: TipChange[] = [];
    const followed = follow(chain);
    const events: string[] = [];
    const lines: string[] = [];
    const counters = new ChainCounters();
    const stream = new EventStream();
    stream.connect({ send: (text: string) => void events.push(text) } as never);
    for (const listener of [
      (change: TipChange) => void told.push(change),
      stream.onTip,
      counters.onTip,
      tipLog(createLog({ level: "info", format: "plain", write: (line) => void lines.push(line) })),
    ]) {
      chain.onTip(listener);
    }
    chain.pool.onChange(stream.onPool);
    await chain.invalidateBlock(paying.block.header.hash);
    expect(told.map(({ connected }) => connected)).toEqual([null]);
    expect(told[0]?.disconnected.map(({ entry }) => entry.height)).toEqual([last.height, paying.height]);
    expect(tipOf(chain)).toBe(toDisplayHash(baseTip().block.header.hash));
    expect(poolKeys(chain)).toEqual(keysOf(payment));
    await expectSound(chain);
    const types = events.map((text) => JSON.parse(text).type);
    expect(types.filter((type) => type === "block.disconnected").length).toBe(2);
    expect(types).toContain("mempool.added");
    expect(types).not.toContain("block.connected");
    expect(counters).toMatchObject({ connected: 0, disconnected: 2, transactions: 0 });
    expect(lines.join("")).toContain(`reorganised height=${baseTip().height}`);
    await expectFollowed(chain, followed);

    // What comes next is told alone.
    const other = poolBuilder.build({ parent: baseTip(), extra: new Uint8Array([1]) });
    await connectAll(chain, [other.raw]);
    expect(told[1]).toMatchObject({ disconnected: [], connected: { entry: { height: other.height } } });
    await chain.reconsiderBlock(paying.block.header.hash);
    expect(told[2]?.disconnected.map(({ entry }) => entry.height)).toEqual([other.height]);
    expect(chain.height).toBe(last.height);
    await expectFollowed(chain, followed);
    await chain.close();
  });

  test("make work on a template old", async () => {
    const { chain, last } = await scene();
    let news = 0;
    const forget = chain.onTip(() => news++);
    await chain.invalidateBlock(last.block.header.hash);
    expect(news).toBe(1);
    forget();
    await chain.close();
  });
});
