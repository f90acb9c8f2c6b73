/** Bytes by interval since the first ones came. Times are milliseconds of a monotonic clock. */
export class IntervalCounter {
  private readonly intervalMillis: number;
  private readonly counts: number[];
  private start: number | null = null;
  private sum = 0;

  constructor(intervalMillis: number, intervals: number) {
    this.intervalMillis = intervalMillis;
    this.counts = new Array<number>(intervals).fill(0);
  }

  /** All that was counted, late bytes too. */
  get total(): number {
    return this.sum;
  }

  get startedAt(): number | null {
    return this.start;
  }

  /** When the last interval ends; null before the first byte. */
  get endsAt(): number | null {
    return this.start === null ? null : this.start + this.intervalMillis * this.counts.length;
  }

  add(bytes: number, now: number): void {
    this.start ??= now;
    this.sum += bytes;
    const index = Math.floor((now - this.start) / this.intervalMillis);
    if (index < this.counts.length) this.counts[index] = (this.counts[index] as number) + bytes;
  }

  /** The intervals that are over; all of them once their time has passed. */
  intervals(now: number): number[] {
    if (this.start === null) return [];
    return this.counts.slice(0, Math.max(0, Math.floor((now - this.start) / this.intervalMillis)));
  }
}
