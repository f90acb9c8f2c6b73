import { afterEach, expect, test } from "bun:test";
import { nextTurn } from "../../src/platform/index.ts";
import { blocksOf, networkOf } from "./recorded-set.ts";
import { connectAll, freshChain, removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const SET = "regtest-a";
const blocks = blocksOf(SET);

test("nobody sees blocks go while they are verified, and others have their turn", async () => {
  const chain = await freshChain(networkOf(SET), { indexes: true });
  await connectAll(chain, blocks.slice(0, 700));
  const { tip } = chain.view;
  for (const level of [1, 3, 4]) {
    let done = false;
    const work = chain.verify(level, 200).finally(() => {
      done = true;
    });
    let turns = 0;
    while (!done) {
      expect(chain.view.tip === tip).toBe(true);
      expect(chain.height).toBe(700);
      turns++;
      await nextTurn();
    }
    expect(await work).toEqual({ blocks: 200, replayed: level >= 3 ? 200 : 0, problem: null });
    // Signatures are waited for, however fast the machine is.
    if (level === 4) expect(turns).toBeGreaterThan(1);
  }
  await connectAll(chain, blocks.slice(700, 710));
  expect(chain.height).toBe(710);
  await chain.close();
}, 60_000);
