import { randomBelow } from "../../platform/index.ts";
import { addressKey } from "../addresses/net-address.ts";
import type { TimedAddress } from "../messages/index.ts";
import { RollingFilter } from "../rolling-filter.ts";

const TOKENS_PER_SECOND = 0.1;
const MAX_TOKENS = 1000;
const MAX_WAITING = 1000;

/** Addresses on their way from and to one peer (spec p2p.md 3.10). */
export class AddressFlow {
  /** An answer to `getaddr` is expected. */
  asked = false;
  /** A `getaddr` of the peer was answered. */
  answered = false;
  processed = 0;
  limited = 0;
  private tokens = 1;
  private tokensAt: number;
  private known = freshKnown();
  private waiting: TimedAddress[] = [];

  constructor(nowMillis: number) {
    this.tokensAt = nowMillis;
  }

  /** The peer may send so many more addresses. */
  grant(tokens: number): void {
    this.tokens += tokens;
  }

  refill(nowMillis: number): void {
    if (this.tokens < MAX_TOKENS) {
      const more = ((nowMillis - this.tokensAt) / 1000) * TOKENS_PER_SECOND;
      this.tokens = Math.min(MAX_TOKENS, this.tokens + more);
    }
    this.tokensAt = nowMillis;
  }

  /** True if one more address of the peer is taken. */
  take(): boolean {
    if (this.tokens < 1) {
      this.limited++;
      return false;
    }
    this.tokens -= 1;
    this.processed++;
    return true;
  }

  noteKnown(address: TimedAddress): void {
    this.known.add(keyBytes(address));
  }

  forgetKnown(): void {
    this.known = freshKnown();
  }

  /** Puts an address into the queue for the peer. */
  offer(address: TimedAddress): void {
    if (this.known.has(keyBytes(address))) return;
    if (this.waiting.length < MAX_WAITING) this.waiting.push(address);
    else this.waiting[randomBelow(this.waiting.length)] = address;
  }

  /** Puts these into the queue instead of all that waits; the first ones, if they are too many. */
  replaceQueue(addresses: readonly TimedAddress[]): void {
    this.waiting = addresses.slice(0, MAX_WAITING);
  }

  /** Empties the queue: what the peer does not know yet. */
  drain(): TimedAddress[] {
    const fresh: TimedAddress[] = [];
    for (const address of this.waiting.splice(0)) {
      const key = keyBytes(address);
      if (this.known.has(key)) continue;
      this.known.add(key);
      fresh.push(address);
    }
    return fresh;
  }
}

function freshKnown(): RollingFilter {
  return new RollingFilter(5000, 0.001, () => randomBelow(2 ** 32));
}

function keyBytes(address: TimedAddress): Uint8Array {
  return new Uint8Array(Buffer.from(addressKey(address), "utf16le"));
}
