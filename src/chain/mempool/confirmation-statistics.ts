/** Longest wait in blocks that is told apart. */
export const MAX_CONFIRMATIONS = 25;
/** What remains of an old block's weight with every new block: half after about 346 blocks. */
const DECAY = 0.998;

/** Moving averages of one kind of statistics, for storing. */
export interface ConfirmationAverages {
  /** Per bucket: sum of the values of confirmed transactions. */
  readonly values: Float64Array;
  /** Per bucket: number of confirmed transactions. */
  readonly counts: Float64Array;
  /** For each wait from 1 to {@link MAX_CONFIRMATIONS}, per bucket: number of those confirmed within it. */
  readonly confirmed: readonly Float64Array[];
}

/** What a median is asked for. */
export interface MedianQuestion {
  /** Blocks, 1 to {@link MAX_CONFIRMATIONS}. */
  readonly target: number;
  /** Average number of transactions per block that makes a range of buckets count. */
  readonly sufficient: number;
  /** Share of transactions, 0 to 1. */
  readonly share: number;
  /** "above": the lowest value from which on all are confirmed with more than `share`; "below": the highest below which none are. */
  readonly side: "above" | "below";
  readonly height: number;
}

const perTarget = (buckets: number) =>
  Array.from({ length: MAX_CONFIRMATIONS }, () => new Float64Array(buckets)) as Float64Array[];

/**
 * How long transactions waited for their block, by a value of theirs (fee rate or priority) that is put into buckets. Same
 * estimates as the reference: averages decay by the block, transactions that still wait count against their bucket.
 */
export class ConfirmationStatistics {
  /** Upper bounds of the buckets; the last is infinite. */
  private readonly bounds: readonly number[];
  private averages: ConfirmationAverages;
  private readonly blockValues: Float64Array;
  private readonly blockCounts: Float64Array;
  private readonly blockConfirmed: readonly Float64Array[];
  /** Waiting transactions by height of arrival modulo {@link MAX_CONFIRMATIONS}. */
  private readonly waiting: readonly Float64Array[];
  /** Those that have waited longer. */
  private readonly waitingLong: Float64Array;

  /** Bounds from `lowest` to `highest`, each `spacing` times the one before, and one bucket above. */
  constructor(lowest: number, highest: number, spacing: number) {
    const bounds: number[] = [];
    for (let bound = lowest; bound <= highest; bound *= spacing) bounds.push(bound);
    bounds.push(Number.POSITIVE_INFINITY);
    this.bounds = bounds;
    const size = bounds.length;
    this.averages = {
      values: new Float64Array(size),
      counts: new Float64Array(size),
      confirmed: perTarget(size),
    };
    this.blockValues = new Float64Array(size);
    this.blockCounts = new Float64Array(size);
    this.blockConfirmed = perTarget(size);
    this.waiting = perTarget(size);
    this.waitingLong = new Float64Array(size);
  }

  get bucketCount(): number {
    return this.bounds.length;
  }

  /** The lowest bucket whose bound is not below the value. */
  private bucketOf(value: number): number {
    let low = 0;
    let high = this.bounds.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.bounds[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private waitingAt(height: number): Float64Array {
    return this.waiting[(height >>> 0) % MAX_CONFIRMATIONS] as Float64Array;
  }

  /** Notes a transaction that came in at a height; returns its bucket. */
  arrive(height: number, value: number): number {
    const bucket = this.bucketOf(value);
    const waiting = this.waitingAt(height);
    waiting[bucket] = (waiting[bucket] as number) + 1;
    return bucket;
  }

  /** Takes back {@link arrive}. @param bestHeight highest block that was counted; 0 for none */
  leave(arrival: number, bucket: number, bestHeight: number): void {
    const age = bestHeight === 0 ? 0 : bestHeight - arrival;
    if (age < 0) return;
    const counts = age >= MAX_CONFIRMATIONS ? this.waitingLong : this.waitingAt(arrival);
    counts[bucket] = Math.max(0, (counts[bucket] as number) - 1);
  }

  /** Begins with the next block. */
  beginBlock(height: number): void {
    const outgrown = this.waitingAt(height);
    for (let bucket = 0; bucket < this.bucketCount; bucket++) {
      this.waitingLong[bucket] = (this.waitingLong[bucket] as number) + (outgrown[bucket] as number);
    }
    outgrown.fill(0);
    this.blockValues.fill(0);
    this.blockCounts.fill(0);
    for (const counts of this.blockConfirmed) counts.fill(0);
  }

  /** Notes a transaction of the block that waited for `blocks` blocks, at least 1. */
  confirm(blocks: number, value: number): void {
    const bucket = this.bucketOf(value);
    for (let target = blocks; target <= MAX_CONFIRMATIONS; target++) {
      const counts = this.blockConfirmed[target - 1] as Float64Array;
      counts[bucket] = (counts[bucket] as number) + 1;
    }
    this.blockCounts[bucket] = (this.blockCounts[bucket] as number) + 1;
    this.blockValues[bucket] = (this.blockValues[bucket] as number) + value;
  }

  /** Adds the block to the averages. */
  endBlock(): void {
    const merge = (average: Float64Array, block: Float64Array) => {
      for (let i = 0; i < average.length; i++) average[i] = (average[i] as number) * DECAY + (block[i] as number);
    };
    merge(this.averages.values, this.blockValues);
    merge(this.averages.counts, this.blockCounts);
    this.averages.confirmed.forEach((average, i) => {
      merge(average, this.blockConfirmed[i] as Float64Array);
    });
  }

  /** Average value in the bucket with the median transaction of the answer's range; null without enough data. */
  median({ target, sufficient, share, side, height }: MedianQuestion): number | null {
    const last = this.bucketCount - 1;
    const step = side === "above" ? -1 : 1;
    const enough = sufficient / (1 - DECAY);
    let near = side === "above" ? last : 0;
    let range: readonly [number, number] | null = null;
    let confirmed = 0;
    let total = 0;
    let stillWaiting = 0;
    for (let bucket = near; bucket >= 0 && bucket <= last; bucket += step) {
      confirmed += (this.averages.confirmed[target - 1] as Float64Array)[bucket] as number;
      total += this.averages.counts[bucket] as number;
      for (let age = target; age < MAX_CONFIRMATIONS; age++) {
        stillWaiting += this.waitingAt(height - age)[bucket] as number;
      }
      stillWaiting += this.waitingLong[bucket] as number;
      if (total < enough) continue;
      const reached = confirmed / (total + stillWaiting);
      if (side === "above" ? reached < share : reached > share) break;
      range = [Math.min(near, bucket), Math.max(near, bucket)];
      near = bucket + step;
      confirmed = 0;
      total = 0;
      stillWaiting = 0;
    }
    return range && this.medianOf(...range);
  }

  private medianOf(first: number, last: number): number | null {
    const { counts, values } = this.averages;
    let half = 0;
    for (let bucket = first; bucket <= last; bucket++) half += (counts[bucket] as number) / 2;
    if (half === 0) return null;
    for (let bucket = first; bucket <= last; bucket++) {
      const count = counts[bucket] as number;
      if (count >= half) return (values[bucket] as number) / count;
      half -= count;
    }
    return null;
  }

  /** The averages as they are, not a copy. */
  stored(): ConfirmationAverages {
    return this.averages;
  }

  /** Goes on from stored averages; they must have as many buckets. */
  restore(averages: ConfirmationAverages): void {
    this.averages = averages;
  }
}
