/** The conversation of pings with one peer. Times in milliseconds of the monotonic clock. */
export class PingState {
  /** Number of the ping that is not answered yet; 0 for none. */
  pending = 0n;
  startedAt = Number.NEGATIVE_INFINITY;
  /** Somebody asked for a ping. */
  wanted = false;
  /** Last and best time for an answer; null before the first. */
  lastMillis: number | null = null;
  bestMillis = Number.POSITIVE_INFINITY;

  start(nonce: bigint, now: number): void {
    this.pending = nonce;
    this.startedAt = now;
    this.wanted = false;
  }

  /** @param nonce of a pong, null for one without */
  answer(nonce: bigint | null, now: number): void {
    if (this.pending === 0n) return;
    if (nonce === this.pending) {
      this.lastMillis = now - this.startedAt;
      this.bestMillis = Math.min(this.bestMillis, this.lastMillis);
    } else if (nonce !== null && nonce !== 0n) return; // Overlapping pings are answered late.
    this.pending = 0n;
  }
}
