import type { Transaction } from "../../protocol/primitives/index.ts";

const KEPT_MILLIS = 15 * 60 * 1000;
/** Bytes; what was relayed first goes first. */
const MAX_BYTES = 32_000_000;

/** Transactions that were announced a short while ago: whoever asks for them gets them, even if a block has them by now. */
export class RelayCache {
  private readonly entries = new Map<string, { readonly tx: Transaction; readonly until: number }>();
  private bytes = 0;

  add(key: string, tx: Transaction, now: number): void {
    if (!this.entries.has(key)) this.bytes += tx.raw.length;
    this.entries.set(key, { tx, until: now + KEPT_MILLIS });
    this.expire(now);
  }

  get(key: string): Transaction | undefined {
    return this.entries.get(key)?.tx;
  }

  private expire(now: number): void {
    for (const [key, { tx, until }] of this.entries) {
      if (until > now && this.bytes <= MAX_BYTES) return;
      this.entries.delete(key);
      this.bytes -= tx.raw.length;
    }
  }
}
