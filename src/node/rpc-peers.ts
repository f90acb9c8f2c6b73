import {
  DEFAULT_BAN_TIME,
  formatAddress,
  formatSubnet,
  type Peer,
  type PeerNetwork,
  parseSubnet,
} from "../p2p/index.ts";
import type { Clock } from "../platform/index.ts";
import { NO_NETWORK, type RpcAddedAddress, type RpcNetwork, type RpcPeer, type RpcPeers } from "../server/rpc/index.ts";

const MILLIS = 1000;

/** To the microsecond, as the daemon measures. */
function seconds(millis: number): number {
  return Math.round(millis * MILLIS) / (MILLIS * MILLIS);
}

/** A peer as RPC tells of it. */
function rpcPeer(peer: Peer, now: number): RpcPeer {
  const { introduction, addresses, download, ping } = peer;
  const local = introduction?.seesUsAs;
  const known = local?.ip.some((byte, i) => i >= 12 && byte !== 0);
  return {
    id: peer.id,
    name: peer.name,
    localAddress: local && known ? formatAddress(local) : null,
    services: introduction?.services ?? 0n,
    addressesProcessed: addresses.processed,
    addressesLimited: addresses.limited,
    lastSent: peer.lastSent,
    lastReceived: peer.lastReceived,
    bytesSent: peer.connection.bytesSent,
    bytesReceived: peer.bytesReceived,
    connectedAt: peer.connectedAt,
    timeOffset: introduction?.timeOffset ?? 0,
    pingSeconds: seconds(ping.lastMillis ?? 0),
    pingWaitSeconds: ping.pending === 0n ? 0 : seconds(now - ping.startedAt),
    version: peer.version,
    userAgent: introduction?.userAgent ?? "",
    inbound: peer.inbound,
    startHeight: introduction?.startHeight ?? -1,
    score: peer.score,
    syncedHeaders: download.bestKnown?.height ?? -1,
    syncedBlocks: download.lastCommon?.height ?? -1,
    inFlight: [...download.requested.values()].map(({ height }) => height).filter((height) => height >= 0),
  };
}

function rpcPeers(network: PeerNetwork, clock: Clock): RpcPeers {
  const connected = () => network.peers.all();
  const connectionOf = (address: string): RpcAddedAddress["connected"] => {
    const peer = connected().find((each) => formatAddress(each.address) === address);
    return peer ? (peer.inbound ? "inbound" : "outbound") : null;
  };
  return {
    list: () => connected().map((peer) => rpcPeer(peer, clock.monotonicMillis())),
    totals: () => ({ received: network.bytesReceived, sent: network.bytesSent }),
    ping: () => network.liveness.pingAll(),
    added: () => network.outbound.added.names,
    add: (name) => network.outbound.added.add(name),
    remove: (name) => network.outbound.added.remove(name),
    tryOnce: (name) => void network.outbound.dialName(name),
    async addresses(name) {
      const found = await network.outbound.addressesOf(name);
      return found.map(formatAddress).map((address) => ({ address, connected: connectionOf(address) }));
    },
    disconnect(name) {
      const peer = connected().find((each) => each.name === name);
      peer?.disconnect("the operator wants it");
      return peer !== undefined;
    },
    bans: () => network.bans.list().map(({ subnet, until }) => ({ address: formatSubnet(subnet), until })),
    ban(text, until) {
      const subnet = parseSubnet(text);
      if (!subnet) return "no subnet";
      if (network.bans.has(subnet)) return "banned already";
      network.banSubnet(subnet, until ?? clock.now() + DEFAULT_BAN_TIME);
      return "done";
    },
    unban(text) {
      const subnet = parseSubnet(text);
      if (!subnet) return "no subnet";
      return network.bans.remove(subnet) ? "done" : "not banned";
    },
    clearBans: () => network.bans.clear(),
  };
}

/** Addresses of this machine as the peers that it chose itself see them. */
export function addressesSeen(peers: Pick<RpcPeers, "list">): string[] {
  return peers.list().flatMap(({ inbound, localAddress }) => (inbound ? [] : (localAddress ?? [])));
}

/** The peers of a node as the RPC methods use them. */
export function rpcNetwork(network: PeerNetwork, clock: Clock, relayFee: bigint): RpcNetwork {
  return {
    ...NO_NETWORK,
    relayFee: () => relayFee,
    connections: () => network.peers.all().length,
    warnings: () => network.warning,
    timeOffset: () => network.timeOffset.seconds,
    localServices: () => network.services,
    localAddresses: () =>
      network.addresses.ownAddresses().map((address) => ({
        address: formatAddress(address)
          .replace(/:\d+$/, "")
          .replace(/^\[|\]$/g, ""),
        port: address.port,
        score: address.score,
      })),
    relay: (tx) => network.relayTransaction(tx),
    peers: rpcPeers(network, clock),
  };
}
