import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import { RecentIds } from "./recent-ids.ts";

/** Seconds after which a transaction that the pool took is forgotten, and leaves the pool. */
const SEEN_SECONDS = 1800;
const MINED_SECONDS = 3 * 3600;
const MINED_ENTRIES = 40_000;

/**
 * Which fluxnode transactions went through the pool or a block lately: they cost nothing, so each is relayed only once for a while
 * (spec fluxnodes.md section 14).
 */
export class FluxnodeMemory {
  private readonly seen = new Map<string, number>();
  private readonly mined = new RecentIds(MINED_SECONDS, MINED_ENTRIES);

  wasSeen(txid: Uint8Array): boolean {
    return this.seen.has(bytesKey(txid));
  }

  /** @param now adjusted time, Unix seconds */
  wasMined(txid: Uint8Array, now: number): boolean {
    return this.mined.has(bytesKey(txid), now);
  }

  /**
   * Notes a transaction that the pool took.
   * @param now Unix seconds
   * @returns keys of those that were taken too long ago; only now, since the reference has no timer for it
   */
  see(key: string, now: number): string[] {
    this.seen.set(key, now);
    const outdated: string[] = [];
    for (const [other, time] of this.seen) if (now - time > SEEN_SECONDS) outdated.push(other);
    for (const other of outdated) this.seen.delete(other);
    return outdated;
  }

  /** Notes the fluxnode transactions of a new block. @param now adjusted time, Unix seconds */
  blockConnected({ transactions }: Block, now: number): void {
    for (const tx of transactions) if (tx.fluxnode) this.mined.add(bytesKey(tx.txid), now);
  }

  /** Forgets all blocks if one is taken off whose transactions are remembered. @param now adjusted time, Unix seconds */
  blockDisconnected({ transactions }: Block, now: number): void {
    if (transactions.some((tx) => this.wasMined(tx.txid, now))) this.mined.clear();
  }
}
