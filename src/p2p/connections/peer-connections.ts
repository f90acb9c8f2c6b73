import { type Clock, FluxError, type Log } from "../../platform/index.ts";
import type { TcpConnection, TcpEvents, TcpListener } from "../../platform/tcp/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { formatIp, type NetAddress, netAddress } from "../addresses/net-address.ts";
import type { BanList } from "../ban-list.ts";
import type { Banishment } from "../banishment.ts";
import type { MessageRouter } from "../handlers/message-router.ts";
import { MessageLoop } from "../peer/message-loop.ts";
import { Peer, type PeerKind } from "../peer/peer.ts";
import { ReceiveBudget } from "../peer/receive-budget.ts";
import type { PeerSet } from "../peer-set.ts";
import { peerToEvict } from "./eviction.ts";
import { MAX_OUTBOUND } from "./outbound.ts";
import type { Transport } from "./transport.ts";

const CONNECT_TIMEOUT_MILLIS = 5_000;

export interface PeerConnectionsOptions {
  readonly params: NetworkParams;
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: Transport;
  readonly peers: PeerSet;
  readonly bans: BanList;
  readonly banishment: Banishment;
  readonly router: MessageRouter;
  readonly maxConnections: number;
  /** Height of the own chain. */
  readonly height: () => number;
  /** A peer that this node connected to waits to be spoken to. */
  readonly onDialled: (peer: Peer) => void;
  /** Nothing more is to be expected of a peer. */
  readonly onGone: (peer: Peer) => void;
}

/** Makes peers of connections, in both directions, and keeps count of what goes over them. */
export class PeerConnections {
  private readonly options: PeerConnectionsOptions;
  private readonly budget = new ReceiveBudget();
  private readonly loops = new Map<Peer, MessageLoop>();
  private nextId = 0;
  private closed = false;
  private receivedByGone = 0;
  private sentByGone = 0;

  constructor(options: PeerConnectionsOptions) {
    this.options = options;
  }

  get bytesReceived(): number {
    return this.options.peers.all().reduce((sum, peer) => sum + peer.bytesReceived, this.receivedByGone);
  }

  get bytesSent(): number {
    return this.options.peers.all().reduce((sum, peer) => sum + peer.connection.bytesSent, this.sentByGone);
  }

  /** @throws FluxError port-in-use, listen-failed */
  listen(place: { readonly host: string; readonly port: number }): TcpListener {
    const { transport, log } = this.options;
    const listener = transport.listen({ ...place, accept: (connection) => this.accept(connection) });
    log.info("accepting peers", { host: listener.host, port: listener.port });
    return listener;
  }

  /** An inbound connection; null refuses it. */
  private accept(connection: TcpConnection): TcpEvents | null {
    const { log, bans } = this.options;
    const address = netAddress(connection.remoteHost, connection.remotePort);
    if (!address || this.closed) return null;
    if (bans.isBanned(address.ip)) {
      log.debug("banned address refused", { address: formatIp(address.ip) });
      return null;
    }
    return this.makeRoom() ? this.admit(connection, address, "inbound") : null;
  }

  /** Makes room for one more inbound peer; returns false where all that are here deserve to stay. */
  private makeRoom(): boolean {
    const { peers, maxConnections, params, height, log } = this.options;
    const inbound = peers.all().filter((peer) => peer.inbound);
    if (inbound.length < Math.max(0, maxConnections - MAX_OUTBOUND)) return true;
    const victim = peerToEvict(inbound, params, height());
    if (!victim) return false;
    log.debug("peer evicted", { peer: victim.id });
    victim.drop();
    return true;
  }

  /** Connects to an address; null if that failed. @param name what the operator calls it */
  async dial(address: NetAddress, kind: PeerKind, name?: string): Promise<Peer | null> {
    const { log, transport } = this.options;
    if (this.closed) return null;
    let peer: Peer | undefined;
    try {
      await transport.connect({
        host: formatIp(address.ip),
        port: address.port,
        timeoutMillis: CONNECT_TIMEOUT_MILLIS,
        accept: (connection) => this.admit(connection, address, kind, name, (made) => (peer = made)),
      });
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      log.debug("peer not reached", { address: name ?? formatIp(address.ip), error: error.message });
      return null;
    }
    if (peer && this.closed) peer.drop();
    return peer ?? null;
  }

  private admit(
    connection: TcpConnection,
    address: NetAddress,
    kind: PeerKind,
    name?: string,
    onMade?: (peer: Peer) => void,
  ): TcpEvents {
    const { clock, log, params, peers, banishment, router, onDialled } = this.options;
    const { magic } = params;
    const peer = new Peer({
      id: this.nextId++,
      kind,
      connection,
      address,
      name,
      magic,
      clock,
      log,
      onBan: (each) => banishment.banScored(each),
      onGone: (each) => this.forget(each),
    });
    const loop = new MessageLoop(peer, { magic, router, budget: this.budget, log, banishment });
    peers.add(peer);
    this.loops.set(peer, loop);
    onMade?.(peer);
    log.debug("peer connected", { peer: peer.id, address: peer.name, kind });
    if (kind !== "inbound") queueMicrotask(() => onDialled(peer));
    return {
      data: (bytes) => loop.onData(bytes),
      drained: () => peer.drained(),
      closed: () => peer.noteClosed(),
    };
  }

  private forget(peer: Peer): void {
    this.options.peers.delete(peer);
    this.loops.get(peer)?.close();
    this.loops.delete(peer);
    this.receivedByGone += peer.bytesReceived;
    this.sentByGone += peer.connection.bytesSent;
    this.options.onGone(peer);
    this.options.log.debug("peer gone", { peer: peer.id });
  }

  /** With too much memory in unfinished messages, the inbound peer that holds most of it goes. */
  relieve(): void {
    if (!this.budget.isExceeded) return;
    const [largest] = [...this.loops].filter(([peer]) => peer.inbound).sort(([, a], [, b]) => b.buffered - a.buffered);
    largest?.[0].drop();
  }

  /** Ends all connections, and makes no more. */
  close(): void {
    this.closed = true;
    for (const peer of this.options.peers.all()) peer.drop();
  }
}
