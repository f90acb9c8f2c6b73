import { afterEach, expect, test } from "bun:test";
import { type Chain, type ChainReader, type RebuildVerdict, RebuiltNodes } from "../../src/chain/index.ts";
import { NodeTable } from "../../src/protocol/fluxnodes/index.ts";
import { blocksOf, networkOf, SETS_WITH_REORGS } from "./recorded-set.ts";
import { connectAll, freshChain, removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const PARAMS = networkOf("regtest-a");
const TIMEOUT = 120_000;

async function rebuild(chain: Chain, seen: (reader: ChainReader) => ChainReader = (reader) => reader) {
  const rebuilt = new RebuiltNodes();
  for (;;) {
    const verdict: RebuildVerdict | null = await chain.read((reader) => rebuilt.advance(seen(reader), 100));
    if (verdict !== null) return verdict;
  }
}

for (const set of SETS_WITH_REORGS) {
  test(
    `${set}: the node list made again from the blocks is the kept one`,
    async () => {
      const chain = await freshChain(networkOf(set), { indexes: true });
      await connectAll(chain, blocksOf(set));
      expect(await rebuild(chain)).toBe("same");
      const emptied = (reader: ChainReader) =>
        new Proxy(reader, { get: (target, key) => (key === "nodes" ? new NodeTable() : Reflect.get(target, key)) });
      expect(await rebuild(chain, emptied)).toBe("different");
      await chain.close();
    },
    TIMEOUT,
  );
}

test(
  "a change of branch in the middle begins it anew",
  async () => {
    const chain = await freshChain(PARAMS, { indexes: true });
    const blocks = blocksOf("regtest-a").slice(0, 700);
    await connectAll(chain, blocks);
    const rebuilt = new RebuiltNodes();
    const advance = (count: number) => chain.read((reader) => rebuilt.advance(reader, count));
    const first = PARAMS.heights.kamata - 10;
    expect(await advance(chain.height - first + 1)).toBeNull();
    await chain.invalidateBlock(chain.tipHash);
    expect(await advance(5)).toBeNull();
    expect(await advance(1000)).toBe("same");
    await chain.close();
  },
  TIMEOUT,
);
