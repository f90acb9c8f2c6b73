import type { NetworkParams } from "../../../protocol/params/index.ts";
import type { HeaderEntry } from "../context.ts";

/** Transactions after the last checkpoint count this often, since their signatures are checked. */
const CHECKED_WEIGHT = 5;
const SECONDS_PER_DAY = 86_400;

/**
 * Share of the work up to now that is done at a block, 0 to 1, guessed from transaction counts (spec rpc.md section 2).
 * @param now Unix seconds
 */
export function verificationProgress(tip: HeaderEntry, params: NetworkParams, now: number): number {
  const { time, transactions, transactionsPerDay } = params.checkpointStatistics;
  const count = tip.chainTransactionCount;
  const perSecond = transactionsPerDay / SECONDS_PER_DAY;
  let before: number;
  let after: number;
  if (count <= transactions) {
    before = count;
    after = transactions - count + (now - time) * perSecond * CHECKED_WEIGHT;
  } else {
    before = transactions + (count - transactions) * CHECKED_WEIGHT;
    after = (now - tip.time) * perSecond * CHECKED_WEIGHT;
  }
  return before + after === 0 ? 0 : before / (before + after);
}
