import type { Peer } from "./peer/peer.ts";

/** The connected peers. */
export class PeerSet {
  private readonly byId = new Map<number, Peer>();

  add(peer: Peer): void {
    this.byId.set(peer.id, peer);
  }

  delete(peer: Peer): boolean {
    return this.byId.delete(peer.id);
  }

  get(id: number): Peer | undefined {
    return this.byId.get(id);
  }

  get size(): number {
    return this.byId.size;
  }

  /** All that are not being disconnected. */
  all(): Peer[] {
    return [...this.byId.values()].filter(({ closed }) => !closed);
  }

  /** Those that introduced themselves. */
  introduced(): Peer[] {
    return this.all().filter(({ introduction }) => introduction !== null);
  }
}

/** True for peers that blocks are best asked from: chosen by this node, and with blocks to give. */
export function isPreferred(peer: Peer): boolean {
  return (peer.kind === "outbound" || peer.kind === "manual") && peer.servesBlocks;
}

/** Those to ask for blocks while there is much to ask for: the preferred ones, or without them whoever has blocks. */
export function downloadPeers(peers: PeerSet): Peer[] {
  const able = peers
    .introduced()
    .filter(({ servesBlocks, kind }) => servesBlocks && kind !== "seed" && kind !== "feeler");
  const preferred = able.filter(isPreferred);
  return preferred.length > 0 ? preferred : able;
}
