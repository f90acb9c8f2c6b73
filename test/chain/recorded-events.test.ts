import { afterEach, describe, expect, test } from "bun:test";
import type { Chain, CoinStatistics } from "../../src/chain/index.ts";
import { fromDisplayHash, toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { COIN } from "../../src/protocol/primitives/index.ts";
import { blockOfHex } from "../../src/server/rpc/decode-hex.ts";
import { submissionResult } from "../../src/server/rpc/methods/submitblock.ts";
import { recordedView, stateView } from "./node-list-view.ts";
import {
  eventsOf,
  networkOf,
  RECORDED_SETS,
  type RecordedEvent,
  type RecordedState,
  type RecordedSubmission,
  statesOf,
  submissionsOf,
} from "./recorded-set.ts";
import {
  coinHashOf,
  finalCoinHash,
  freshChain,
  openTestChain,
  removeScratchFolders,
  scratchDirectory,
  tipOf,
} from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 60_000;

/** What RPC submitblock answers. */
async function submit(chain: Chain, hex: string): Promise<string | null> {
  return submissionResult(await chain.submitBlock(blockOfHex(hex).raw));
}

async function play(chain: Chain, event: RecordedEvent): Promise<void> {
  if (event.op === "submitblock") {
    const result = await submit(chain, event.hex);
    expect({ hash: event.hash, result, tip: tipOf(chain) }).toEqual({
      hash: event.hash,
      result: event.result,
      tip: event.tip,
    });
  } else if (event.op === "invalidateblock") {
    expect(await chain.invalidateBlock(fromDisplayHash(event.hash))).toBe(true);
    expect(tipOf(chain)).toBe(event.tip);
  }
}

function expectCoins(statistics: CoinStatistics, recorded: NonNullable<RecordedState["gettxoutsetinfo"]>): void {
  const { height, bestBlock, transactions, outputs, hash, totalAmount } = statistics;
  expect({
    height,
    bestblock: toDisplayHash(bestBlock),
    transactions,
    txouts: outputs,
    hash_serialized: toDisplayHash(hash),
    total_amount: Number(totalAmount) / Number(COIN),
  }).toEqual({
    height: recorded.height,
    bestblock: recorded.bestblock,
    transactions: recorded.transactions,
    txouts: recorded.txouts,
    hash_serialized: recorded.hash_serialized,
    total_amount: recorded.total_amount,
  });
}

describe.each([...RECORDED_SETS])("recorded chain %s", (set) => {
  test(
    "every submission has the daemon's result, tip, node list and coin set",
    async () => {
      const chain = await freshChain(networkOf(set), { indexes: true });
      const states = statesOf(set);
      let compared = 0;
      let coinSets = 0;
      for (const event of eventsOf(set)) {
        const before = tipOf(chain);
        await play(chain, event);
        const state = states.get(tipOf(chain));
        if (!state || tipOf(chain) === before) continue;
        await chain.read((reader) => expect(stateView(reader)).toEqual(recordedView(state)));
        if (state.gettxoutsetinfo) expectCoins(await chain.coinStatistics(), state.gettxoutsetinfo);
        compared++;
        if (state.gettxoutsetinfo) coinSets++;
      }
      expect(compared).toBeGreaterThanOrEqual(states.size);
      expect(coinSets).toBeGreaterThanOrEqual([...states.values()].filter((state) => state.gettxoutsetinfo).length);
      await chain.close();
    },
    TIMEOUT,
  );

  test(
    "every refused block is refused for the daemon's reason and leaves no trace",
    async () => {
      const params = networkOf(set);
      const directory = scratchDirectory(params);
      let chain = await openTestChain(params, directory);
      const events = eventsOf(set);
      const played = new Set(events.map((event) => (event.op === "submitblock" ? event.hex : "")));
      const submissions = Map.groupBy(
        submissionsOf(set).filter(({ method, hex }) => method === "submitblock" && !played.has(hex)),
        (submission) => submission.at_tip,
      );
      let refused = 0;
      const tryAll = async () => {
        const tip = tipOf(chain);
        for (const submission of submissions.get(tip) ?? []) {
          await expectAnswer(chain, submission);
          expect(tipOf(chain)).toBe(tip);
          refused++;
        }
        submissions.delete(tip);
      };
      await tryAll();
      for (const [i, event] of events.entries()) {
        await play(chain, event);
        await tryAll();
        if (i % 400 !== 399) continue;
        // What is remembered of refused blocks must survive a restart.
        await chain.close();
        chain = await openTestChain(params, directory);
      }
      expect(submissions.size).toBe(0);
      expect(refused).toBeGreaterThan(10);
      expect(await coinHashOf(chain)).toBe(await finalCoinHash(set));
      await chain.close();
    },
    TIMEOUT,
  );
});

/** Hands in one recorded submission and takes an accepted block back. */
async function expectAnswer(chain: Chain, submission: RecordedSubmission): Promise<void> {
  const { at_height: height, desc, hex, error, tip_changed: accepted } = submission;
  const tip = tipOf(chain);
  let answer: unknown;
  try {
    answer = { result: await submit(chain, hex) };
  } catch (failure) {
    const { code, message } = failure as { code: number; message: string };
    answer = { error: { code, message } };
  }
  const recorded = error ? { error } : { result: submission.result ?? null };
  expect({ height, desc, answer }).toEqual({ height, desc, answer: recorded });
  expect({ height, desc, accepted: tipOf(chain) !== tip }).toEqual({ height, desc, accepted });
  if (tipOf(chain) !== tip) await chain.invalidateBlock(chain.tipHash);
}
