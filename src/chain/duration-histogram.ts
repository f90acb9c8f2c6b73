/** Upper bounds of the classes, in seconds: what is usual for a block, and what somebody would notice. */
const BOUNDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] as const;

/** How long something took, counted in classes. */
export class DurationHistogram {
  private readonly counts: number[] = BOUNDS.map(() => 0);
  /** Of all durations, in seconds. */
  sum = 0;
  count = 0;

  observe(millis: number): void {
    const seconds = millis / 1000;
    this.sum += seconds;
    this.count++;
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.counts[at] = (this.counts[at] as number) + 1;
  }

  /** How many were not longer than each bound (seconds), ascending. */
  get cumulative(): { readonly bound: number; readonly count: number }[] {
    let sum = 0;
    return BOUNDS.map((bound, i) => {
      sum += this.counts[i] as number;
      return { bound, count: sum };
    });
  }
}

/** Where the chain's time goes. */
export class ChainTimings {
  /** Connecting a block to the tip. */
  readonly connect = new DurationHistogram();
  /** Writing to the disk. */
  readonly flush = new DurationHistogram();
}
