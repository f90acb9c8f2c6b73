import { ConfirmationStatistics, MAX_CONFIRMATIONS, type MedianQuestion } from "./confirmation-statistics.ts";
import { FREE_PRIORITY } from "./free-priority.ts";
import { type MempoolEntry, priorityAt } from "./mempool-entry.ts";

const LOWEST_FEE_RATE = 10;
const HIGHEST_FEE_RATE = 1e7;
const FEE_SPACING = 1.1;
const HIGHEST_PRIORITY = 1e16;
const PRIORITY_SPACING = 2;

const LIKELY = 0.85;
const UNLIKELY = 0.5;
/** Transactions per block that make a range of fee rates, or of priorities, count. */
const SUFFICIENT_FEES = 1;
const SUFFICIENT_PRIORITIES = 0.2;
const LIKELY_TARGET = 2;
const UNLIKELY_TARGET = 10;

interface Tracked {
  readonly statistics: ConfirmationStatistics;
  readonly height: number;
  readonly bucket: number;
}

/** Zatoshi per 1000 bytes, rounded down. */
function feeRateOf({ fee, size }: MempoolEntry): number {
  return Number((fee * 1000n) / BigInt(size));
}

/**
 * Estimates which fee rate or priority brings a transaction into one of the next blocks, from how long those before had to wait.
 * A transaction counts for one of the two only, whichever is taken to be the reason that it was mined.
 */
export class FeeEstimator {
  /** Zatoshi per 1000 bytes; below, fees count as none. */
  private readonly lowestFeeRate: number;
  readonly fees: ConfirmationStatistics;
  readonly priorities: ConfirmationStatistics;
  private bestHeight = 0;
  private readonly tracked = new Map<string, Tracked>();
  private likelyFee = Number.POSITIVE_INFINITY;
  private unlikelyFee = 0;
  private likelyPriority = Number.POSITIVE_INFINITY;
  private unlikelyPriority = 0;

  /** @param relayFeeRate zatoshi per 1000 bytes */
  constructor(relayFeeRate: bigint) {
    this.lowestFeeRate = Math.max(LOWEST_FEE_RATE, Number(relayFeeRate));
    this.fees = new ConfirmationStatistics(this.lowestFeeRate, HIGHEST_FEE_RATE, FEE_SPACING);
    this.priorities = new ConfirmationStatistics(FREE_PRIORITY, HIGHEST_PRIORITY, PRIORITY_SPACING);
  }

  /** Height of the highest block that was counted. */
  get height(): number {
    return this.bestHeight;
  }

  private isFeeDatum(rate: number, priority: number): boolean {
    return (
      (priority < FREE_PRIORITY && rate >= this.lowestFeeRate) ||
      (priority < this.unlikelyPriority && rate > this.likelyFee)
    );
  }

  private isPriorityDatum(rate: number, priority: number): boolean {
    return (
      (rate < this.lowestFeeRate && priority >= FREE_PRIORITY) ||
      (rate < this.unlikelyFee && priority > this.likelyPriority)
    );
  }

  /** What an entry counts for, with its value; null if for nothing. */
  private datumOf(entry: MempoolEntry, height: number) {
    const rate = feeRateOf(entry);
    const priority = priorityAt(entry, height);
    if (entry.fee === 0n || this.isPriorityDatum(rate, priority)) {
      return { statistics: this.priorities, value: priority };
    }
    return this.isFeeDatum(rate, priority) ? { statistics: this.fees, value: rate } : null;
  }

  /** Notes an entry that came in. @param current false while the chain is far behind: nothing can be learnt then */
  arrived(entry: MempoolEntry, current: boolean): void {
    if (!current || entry.height < this.bestHeight || !entry.independent) return;
    const datum = this.datumOf(entry, entry.height);
    if (!datum) return;
    const { statistics, value } = datum;
    this.tracked.set(entry.key, { statistics, height: entry.height, bucket: statistics.arrive(entry.height, value) });
  }

  /** Notes an entry that left, for whatever reason. */
  left(entry: MempoolEntry): void {
    const tracked = this.tracked.get(entry.key);
    if (!tracked) return;
    tracked.statistics.leave(tracked.height, tracked.bucket, this.bestHeight);
    this.tracked.delete(entry.key);
  }

  /** Learns from a block with these entries. Blocks of side branches, not higher than one before, are passed over. */
  blockConnected(height: number, entries: readonly MempoolEntry[], current: boolean): void {
    if (height <= this.bestHeight) return;
    this.bestHeight = height;
    if (!current) return;
    this.moveCutoffs(height);
    this.fees.beginBlock(height);
    this.priorities.beginBlock(height);
    for (const entry of entries) {
      const blocks = height - entry.height;
      if (!entry.independent || blocks <= 0) continue;
      const datum = this.datumOf(entry, height);
      datum?.statistics.confirm(blocks, datum.value);
    }
    this.fees.endBlock();
    this.priorities.endBlock();
  }

  /** The values above which transactions are likely, and below which they are unlikely, to be mined soon. */
  private moveCutoffs(height: number): void {
    const likely = { target: LIKELY_TARGET, share: LIKELY, side: "above", height } as const;
    const unlikely = { target: UNLIKELY_TARGET, share: UNLIKELY, side: "below", height } as const;
    const fee = (question: Omit<MedianQuestion, "sufficient">) => {
      const median = this.fees.median({ ...question, sufficient: SUFFICIENT_FEES });
      return median === null ? null : Math.trunc(median);
    };
    const priority = (question: Omit<MedianQuestion, "sufficient">) =>
      this.priorities.median({ ...question, sufficient: SUFFICIENT_PRIORITIES });
    this.likelyPriority = priority(likely) ?? Number.POSITIVE_INFINITY;
    this.likelyFee = fee(likely) ?? Number.POSITIVE_INFINITY;
    this.unlikelyPriority = priority(unlikely) ?? 0;
    this.unlikelyFee = fee(unlikely) ?? 0;
  }

  private answer(statistics: ConfirmationStatistics, blocks: number, sufficient: number): number | null {
    if (!(blocks >= 1 && blocks <= MAX_CONFIRMATIONS)) return null;
    return statistics.median({ target: blocks, sufficient, share: LIKELY, side: "above", height: this.bestHeight });
  }

  /** Zatoshi per 1000 bytes for a block within `blocks` (1 to 25); null without enough data. */
  feeRate(blocks: number): bigint | null {
    const median = this.answer(this.fees, blocks, SUFFICIENT_FEES);
    const rate = median === null ? 0 : Math.trunc(median);
    return rate > 0 ? BigInt(rate) : null;
  }

  /** Priority that brings a free transaction into a block within `blocks`; null without enough data. */
  priority(blocks: number): number | null {
    return this.answer(this.priorities, blocks, SUFFICIENT_PRIORITIES);
  }

  /** Goes on from where an earlier run ended. */
  resumeAt(height: number): void {
    this.bestHeight = height;
  }
}
