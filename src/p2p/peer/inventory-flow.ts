import { RecentSet } from "../recent-set.ts";

/** As many as fit into the send buffer of the reference. */
const KNOWN_LIMIT = 1000;
const WAITING_LIMIT = 5000;

/** Announcements on their way to one peer. Hashes are keys of txids or block hashes. */
export class InventoryFlow {
  /** What the peer has or was told of. */
  readonly known = new RecentSet(KNOWN_LIMIT);
  /** Transactions to be announced, by key. */
  readonly transactions = new Map<string, Uint8Array>();
  /** Block after which the peer is told to go on with `getblocks`. */
  continuation: string | null = null;

  /** Puts a transaction into the queue; a peer that does not read loses the oldest ones. */
  offer(key: string, txid: Uint8Array): void {
    if (this.known.has(key)) return;
    this.transactions.set(key, txid);
    if (this.transactions.size <= WAITING_LIMIT) return;
    for (const oldest of this.transactions.keys()) {
      this.transactions.delete(oldest);
      break;
    }
  }
}
