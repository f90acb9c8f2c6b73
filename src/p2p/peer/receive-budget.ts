/** Bytes of messages of all peers together at which each may keep only little. */
const TOTAL_LIMIT = 96_000_000;
const SHARE_WHEN_SHORT = 100_000;

/** Memory that the messages of all peers take. */
export class ReceiveBudget {
  private total = 0;

  change(bytes: number): void {
    this.total += bytes;
  }

  get used(): number {
    return this.total;
  }

  /** True if a peer with so many waiting bytes should wait. */
  isShort(waiting: number): boolean {
    return this.total > TOTAL_LIMIT && waiting > SHARE_WHEN_SHORT;
  }

  /** True if peers have to go for the others' sake. */
  get isExceeded(): boolean {
    return this.total > 2 * TOTAL_LIMIT;
  }
}
