import { median } from "../median.ts";

/** Mean distance from the median. @param values at least one */
export function meanDeviation(values: readonly number[]): number {
  const middle = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - middle), 0) / values.length;
}

export interface Rate {
  readonly bitsPerSecond: number;
  /** That the rate was taken over. */
  readonly seconds: number;
}

/**
 * Rate of the intervals behind the warm-up, in which the senders are still feeling their way.
 * @param intervals bytes in each of them
 * @returns null when fewer than `leastIntervals` remain
 */
export function rateOf(
  intervals: readonly number[],
  warmUpIntervals: number,
  leastIntervals: number,
  intervalMillis: number,
): Rate | null {
  const counted = intervals.slice(warmUpIntervals);
  if (counted.length < leastIntervals) return null;
  const bytes = counted.reduce((sum, count) => sum + count, 0);
  const seconds = (counted.length * intervalMillis) / 1000;
  return { bitsPerSecond: (bytes * 8) / seconds, seconds };
}
