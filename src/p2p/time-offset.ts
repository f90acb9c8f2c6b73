const MAX_SAMPLES = 200;
const LEAST_SAMPLES = 5;
/** Peers may move the clock by no more, seconds. */
const MAX_OFFSET = 70 * 60;

/** How far the peers' clocks are ahead of this machine's: the median of one sample per address (spec p2p.md section 2). */
export class TimeOffset {
  private readonly known = new Set<string>();
  private readonly samples: number[] = [0];
  private offset = 0;

  /** Seconds. */
  get seconds(): number {
    return this.offset;
  }

  /** @param source address of the peer; its later samples do not count */
  add(source: string, seconds: number): void {
    if (this.known.size >= MAX_SAMPLES || this.known.has(source)) return;
    this.known.add(source);
    this.samples.push(seconds);
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    // With an even number nothing changes: once there are 200 samples, the offset stays for good.
    if (this.samples.length < LEAST_SAMPLES || this.samples.length % 2 === 0) return;
    const sorted = this.samples.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1] as number;
    this.offset = Math.abs(median) < MAX_OFFSET ? median : 0;
  }
}
