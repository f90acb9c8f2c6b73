import { describe, expect, test } from "bun:test";
import { isPonHeight } from "../../../../src/protocol/params/index.ts";
import type { Block } from "../../../../src/protocol/primitives/index.ts";
import {
  type ChainEntry,
  checkBlock,
  checkBlockInContext,
  checkHeader,
  checkHeaderInContext,
  coinbaseLimit,
  nextPonBits,
  nextPowBits,
  transactionsRoot,
} from "../../../../src/protocol/rules/index.ts";
import { lastCheckpoint, MOCK_TIME, RECORDED_SETS, recordedChain } from "./recorded-chain.ts";

for (const set of RECORDED_SETS) {
  describe(`recorded chain ${set}`, () => {
    const { params, blocks, entries } = recordedChain(set);
    const children = blocks.slice(1).map((block, index) => ({ block, parent: entries[index] as ChainEntry }));
    const headerContext = (parent: ChainEntry) => ({ tipHeight: parent.height, adjustedTime: MOCK_TIME });

    test("every block carries the computed target", () => {
      // The test network accepts wrong targets in these heights, and the recorded chain makes use of it.
      const lenient = params.rules.lenientPonBits;
      const wrong: number[] = [];
      for (const { block, parent } of children) {
        const pon = isPonHeight(params, parent.height + 1);
        const bits = pon ? nextPonBits(parent, params) : nextPowBits(parent, params, block.header.time);
        if (bits !== block.header.bits) wrong.push(parent.height + 1);
      }
      const outside = wrong.filter((height) => !lenient || height < lenient[0] || height > lenient[1]);
      expect(outside).toEqual([]);
      expect(wrong.length).toBeLessThan(10);
    });

    test("every header passes the checks with and without its ancestors", () => {
      for (const { block, parent } of children) {
        expect(checkHeader(block.header, params, headerContext(parent))).toBeNull();
        const lastCheckpointHeight = lastCheckpoint(params, parent.height);
        expect(
          checkHeaderInContext(block.header, parent, params, { tipHeight: parent.height, lastCheckpointHeight }),
        ).toBeNull();
      }
    });

    test("every block passes the checks with and without its ancestors", () => {
      for (const { block, parent } of children) {
        const context = { ...headerContext(parent), nodes: null, headerChecked: true };
        expect(checkBlock(block, params, context)).toBeNull();
        const inContext = { producer: "deferred", initialDownload: false } as const;
        expect(checkBlockInContext(block, parent, params, inContext)).toBeNull();
      }
    });

    test("the genesis block has its merkle root and passes where it has to", () => {
      const genesis = blocks[0] as Block;
      expect(transactionsRoot(genesis.transactions).root).toEqual(genesis.header.merkleRoot);
      const context = { tipHeight: -1, adjustedTime: MOCK_TIME, nodes: null };
      expect(checkBlock(genesis, params, context)).toBeNull();
      expect(checkBlockInContext(genesis, null, params, { producer: "deferred", initialDownload: true })).toBeNull();
    });

    test("coinbases without fees to collect stay within the limit", () => {
      for (const { block, parent } of children) {
        const [coinbase, ...others] = block.transactions;
        const limit = coinbaseLimit(parent.height + 1, 0n, params);
        if (!coinbase || limit === null || others.some((tx) => tx.fluxnode === null)) continue;
        const paid = coinbase.outputs.reduce((sum, output) => sum + output.value, 0n);
        expect(paid).toBeLessThanOrEqual(limit);
      }
    });
  });
}
