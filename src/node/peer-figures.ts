import type { PeerNetwork } from "../p2p/index.ts";
import type { PeerFigures } from "../server/health/index.ts";

/** The peers of a node in figures. */
export function peerFigures({ peers, bytesReceived, bytesSent, bans }: PeerNetwork): PeerFigures {
  const connected = peers.all();
  const inbound = connected.filter((peer) => peer.inbound).length;
  return {
    inbound,
    outbound: connected.length - inbound,
    received: bytesReceived,
    sent: bytesSent,
    bans: bans.list().length,
  };
}
