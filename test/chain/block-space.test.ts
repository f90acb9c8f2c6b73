import { afterEach, expect, test } from "bun:test";
import { Chain } from "../../src/chain/index.ts";
import { createClock } from "../../src/platform/index.ts";
import { BUILDER_SCRIPT } from "./block-builder.ts";
import { baseBlocks, baseCoins, baseTip, POOL_NETWORK, payOn } from "./pool-scene.ts";
import { connectAll, removeScratchFolders, scratchDirectory } from "./test-store.ts";

afterEach(removeScratchFolders);

async function templateWith(size: number) {
  const chain = await Chain.open({
    params: POOL_NETWORK,
    directory: scratchDirectory(POOL_NETWORK),
    clock: createClock(baseTip().entry.time + 600),
    indexes: false,
    blockSpace: { size, prioritySize: 0, relayFeeRate: 100n },
  });
  await connectAll(
    chain,
    baseBlocks().map(({ raw }) => raw),
  );
  const payments = baseCoins()
    .slice(0, 6)
    .map((coin) => payOn([coin], 10_000n, chain.height + 1));
  for (const tx of payments) await chain.pool.accept(tx);
  const { transactions } = await chain.blockTemplate({ producerScript: BUILDER_SCRIPT });
  await chain.close();
  return { chosen: transactions.length, offered: payments.length, each: payments[0]?.raw.length as number };
}

test("blocks that the node makes keep to the room that its operator gives them", async () => {
  const { chosen: all, offered, each } = await templateWith(1_999_000);
  expect(all).toBe(offered);
  // A thousand bytes are kept for header and coinbase.
  expect((await templateWith(1000 + 3 * each + each / 2)).chosen).toBe(3);
  expect((await templateWith(1000)).chosen).toBe(0);
});
