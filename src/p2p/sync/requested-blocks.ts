import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";

/** Which blocks were asked for, and from whom. */
export class RequestedBlocks {
  private readonly peers: PeerSet;
  private readonly spacingMillis: number;
  private readonly holders = new Map<string, Peer>();
  /** How many of them have known headers; a peer cannot raise its own time limit with made-up ones. */
  private validated = 0;

  /** @param spacingSeconds between blocks by proof of work */
  constructor(peers: PeerSet, spacingSeconds: number) {
    this.peers = peers;
    this.spacingMillis = spacingSeconds * 1000;
  }

  get size(): number {
    return this.holders.size;
  }

  has(key: string): boolean {
    return this.holders.has(key);
  }

  holder(key: string): Peer | undefined {
    return this.holders.get(key);
  }

  /** @param height -1 when the header is not known */
  add(peer: Peer, key: string, height: number): void {
    this.take(key);
    const deadline = this.deadline(peer.clock.monotonicMillis(), this.validated);
    peer.download.requested.set(key, { key, height, deadline });
    this.holders.set(key, peer);
    if (height >= 0) this.validated++;
  }

  /** Takes a block off the list; returns false if nobody was asked for it. */
  take(key: string): boolean {
    const peer = this.holders.get(key);
    if (!peer) return false;
    const { download } = peer;
    if ((download.requested.get(key)?.height ?? -1) >= 0) this.validated--;
    download.requested.delete(key);
    download.stalledFor = null;
    this.holders.delete(key);
    return true;
  }

  /** Forgets what was asked from a peer that is gone. */
  release(peer: Peer): void {
    for (const key of [...peer.download.requested.keys()]) this.take(key);
  }

  private deadline(now: number, others: number): number {
    return now + 0.5 * this.spacingMillis * (4 + others);
  }

  /** Peers whose oldest block is overdue (spec p2p.md 3.9). Deadlines shrink with the number of blocks asked from others. */
  overdue(now: number): Peer[] {
    return this.peers.all().filter(({ download }) => {
      const [oldest] = download.requested.values();
      if (!oldest) return false;
      let own = 0;
      for (const { height } of download.requested.values()) if (height >= 0) own++;
      oldest.deadline = Math.min(oldest.deadline, this.deadline(now, this.validated - own));
      return oldest.deadline < now;
    });
  }
}
