/** Part of the count that is left after a second: the window is about ten minutes. */
const DECAY = 1 - 1 / 600;
/** Minutes of the window. */
const WINDOW = 10;

/** Limits how many bytes of free transactions peers may bring in (spec transactions.md section 12 item 12). */
export class FreeRelayLimiter {
  private readonly limit: number;
  private count = 0;
  private last = 0;

  /** @param thousandBytesPerMinute the reference's `-limitfreerelay` */
  constructor(thousandBytesPerMinute: number) {
    this.limit = thousandBytesPerMinute * WINDOW * 1000;
  }

  /** Counts a transaction unless the limit is reached; then false. @param now Unix seconds */
  admit(size: number, now: number): boolean {
    // A mock clock may go back; that must not make the count grow.
    this.count *= DECAY ** Math.max(0, now - this.last);
    this.last = now;
    if (this.count >= this.limit) return false;
    this.count += size;
    return true;
  }
}
