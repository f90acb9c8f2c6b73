import type { Chain, TipChange } from "../chain/index.ts";
import type { NetworkAddress } from "../platform/config/index.ts";
import { type Clock, FluxError, type Log, later, randomBelow, repeat, secureRandomBytes } from "../platform/index.ts";
import { connectTcp, listenTcp, type TcpConnection, type TcpEvents, type TcpListener } from "../platform/tcp/index.ts";
import { bytesKey, DecodeError } from "../protocol/bytes/index.ts";
import type { Transaction } from "../protocol/primitives/index.ts";
import { AddressBook } from "./addresses/address-book.ts";
import { decodeAddressBook, encodeAddressBook } from "./addresses/address-file.ts";
import { AddressRelay } from "./addresses/address-relay.ts";
import { formatIp, isLocalIp, type NetAddress, netAddress } from "./addresses/net-address.ts";
import { hostSubnet, type Subnet, subnetContains } from "./addresses/subnet.ts";
import { BanList, DEFAULT_BAN_TIME } from "./ban-list.ts";
import { peerToEvict } from "./connections/eviction.ts";
import { MAX_OUTBOUND, Outbound } from "./connections/outbound.ts";
import { InventoryHandler } from "./handlers/inventory-handler.ts";
import { MessageRouter } from "./handlers/message-router.ts";
import { Handshake } from "./handshake.ts";
import { Liveness } from "./liveness.ts";
import { MessageLoop } from "./peer/message-loop.ts";
import { Peer, type PeerKind } from "./peer/peer.ts";
import { ReceiveBudget } from "./peer/receive-budget.ts";
import { PeerSet } from "./peer-set.ts";
import type { PeerStore } from "./peer-store.ts";
import { Service } from "./protocol-version.ts";
import { randomNonce } from "./random-nonce.ts";
import { CompactBlocks } from "./relay/compact-blocks.ts";
import type { RelayPool } from "./relay/relay-pool.ts";
import { TransactionRelay } from "./relay/transaction-relay.ts";
import { DataServer } from "./serve/data-server.ts";
import { HeaderServer } from "./serve/header-server.ts";
import { BlockAnnouncer } from "./sync/block-announcer.ts";
import { BlockDownload } from "./sync/block-download.ts";
import { BlockHints } from "./sync/block-hints.ts";
import { HeaderSync } from "./sync/header-sync.ts";
import { TimeOffset } from "./time-offset.ts";

export interface PeerNetworkOptions {
  readonly chain: Chain;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: PeerStore;
  readonly userAgent: string;
  /** Where to accept peers; null for nowhere. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** If there are any, only these are connected to. */
  readonly connect: readonly NetworkAddress[];
  readonly addNode: readonly NetworkAddress[];
  readonly externalAddresses: readonly NetworkAddress[];
  readonly maxConnections: number;
  /** The node has all blocks. */
  readonly complete: boolean;
}

const TICK_MILLIS = 100;
const CONNECT_TIMEOUT_MILLIS = 5_000;
const SAVE_INTERVAL_MILLIS = 15 * 60 * 1000;
const MAX_ANCHORS = 2;

/** The peer-to-peer side of a node: all peers, and everything that is done with them. */
export class PeerNetwork {
  readonly peers = new PeerSet();
  readonly bans: BanList;
  readonly book: AddressBook;
  readonly addresses: AddressRelay;
  readonly relay: TransactionRelay;
  readonly download: BlockDownload;
  readonly liveness: Liveness;
  readonly outbound: Outbound;
  readonly timeOffset = new TimeOffset();
  readonly services: bigint;
  private readonly options: PeerNetworkOptions;
  private readonly headers: HeaderSync;
  private readonly compact: CompactBlocks;
  private readonly announcer: BlockAnnouncer;
  private readonly handshake: Handshake;
  private readonly router: MessageRouter;
  private readonly budget = new ReceiveBudget();
  private readonly loops = new Map<Peer, MessageLoop>();
  private readonly listener: TcpListener | null;
  private readonly ends: (() => void)[];
  private nextId = 0;
  private savedAt: number;
  private closed = false;
  private announcing = false;
  private announcedAt = 0;
  private cancelAnnouncement: () => void = () => {};
  private receivedByGone = 0;
  private sentByGone = 0;

  /**
   * Opens the network: listens, and begins to connect.
   * @throws FluxError port-in-use, listen-failed
   */
  constructor(options: PeerNetworkOptions) {
    const { chain, pool, clock, log, store, userAgent, maxConnections } = options;
    this.options = options;
    const { view, params } = chain;
    const { peers } = this;
    const adjustedTime = () => this.adjustedTime();
    this.services = (options.complete ? Service.network : 0n) | Service.bloom;
    this.bans = new BanList(clock, store);
    this.book = loadBook(options, adjustedTime);
    this.addresses = new AddressRelay({
      view,
      book: this.book,
      peers,
      clock,
      adjustedTime,
      services: this.services,
      listenPort: () => this.listener?.port ?? null,
      externalAddresses: options.externalAddresses.flatMap(({ host, port }) => {
        const address = netAddress(host, port ?? options.listen?.port ?? params.p2pPort);
        return address ? [address] : [];
      }),
    });
    const hints = new BlockHints(view, params);
    this.relay = new TransactionRelay({ view, pool, peers, clock, log });
    this.download = new BlockDownload({ chain, peers, clock, log, hints });
    this.headers = new HeaderSync({
      chain,
      peers,
      clock,
      log,
      hints,
      adjustedTime,
      onHeaders: () => this.download.plan(),
    });
    this.compact = new CompactBlocks({
      chain,
      clock,
      log,
      download: this.download,
      candidates: () => this.relay.candidates(),
    });
    this.announcer = new BlockAnnouncer({ view, peers, randomNonce });
    this.liveness = new Liveness({ view, peers, clock, log });
    this.handshake = new Handshake({
      view,
      clock,
      log,
      userAgent,
      services: this.services,
      timeOffset: this.timeOffset,
      addresses: this.addresses,
      randomNonce,
      onTimeOffset: (seconds) => chain.setTimeOffset(seconds),
    });
    const { handshake, addresses, headers, download, compact, relay, services } = this;
    this.router = new MessageRouter({
      handshake,
      addresses,
      headers,
      download,
      compact,
      relay,
      services,
      inventory: new InventoryHandler({ view, relay, headers, download, adjustedTime }),
      data: new DataServer({ view, relay, randomNonce }),
      headerServer: new HeaderServer(view),
    });
    this.outbound = new Outbound({
      params,
      clock,
      log,
      peers,
      book: this.book,
      addresses,
      bans: this.bans,
      connect: options.connect,
      addNode: options.addNode,
      maxConnections,
      anchors: store.loadAnchors(),
      dial: (address, kind, name) => this.dial(address, kind, name),
      adjustedTime,
    });
    this.savedAt = clock.monotonicMillis();
    this.listener = this.listen();
    this.ends = [chain.onTip((change) => this.onTip(change)), repeat(TICK_MILLIS, () => this.tick())];
  }

  /** Unix seconds, adjusted to the peers. */
  adjustedTime(): number {
    return this.options.clock.now() + this.timeOffset.seconds;
  }

  /** Port that peers are accepted on; null while there is none. */
  get port(): number | null {
    return this.listener?.port ?? null;
  }

  get bytesReceived(): number {
    return this.peers.all().reduce((sum, peer) => sum + peer.bytesReceived, this.receivedByGone);
  }

  get bytesSent(): number {
    return this.peers.all().reduce((sum, peer) => sum + peer.connection.bytesSent, this.sentByGone);
  }

  private listen(): TcpListener | null {
    const { listen, log } = this.options;
    if (!listen) return null;
    const listener = listenTcp({ ...listen, accept: (connection) => this.accept(connection) });
    log.info("accepting peers", { host: listener.host, port: listener.port });
    return listener;
  }

  /** An inbound connection; null refuses it. */
  private accept(connection: TcpConnection): TcpEvents | null {
    const { log, chain, maxConnections } = this.options;
    const address = netAddress(connection.remoteHost, connection.remotePort);
    if (!address || this.closed) return null;
    if (this.bans.isBanned(address.ip)) {
      log.debug("banned address refused", { address: formatIp(address.ip) });
      return null;
    }
    const inbound = this.peers.all().filter((peer) => peer.inbound);
    if (inbound.length >= Math.max(0, maxConnections - MAX_OUTBOUND)) {
      const victim = peerToEvict(inbound, chain.params, chain.height);
      if (!victim) return null;
      log.debug("peer evicted", { peer: victim.id });
      victim.drop();
    }
    return this.admit(connection, address, "inbound");
  }

  private async dial(address: NetAddress, kind: PeerKind, name?: string): Promise<Peer | null> {
    const { log } = this.options;
    if (this.closed) return null;
    let peer: Peer | undefined;
    try {
      await connectTcp({
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
    const { clock, log, chain } = this.options;
    const { magic } = chain.params;
    const peer = new Peer({
      id: this.nextId++,
      kind,
      connection,
      address,
      name,
      magic,
      clock,
      log,
      onBan: (each) => this.ban(each),
      onGone: (each) => this.onGone(each),
    });
    const loop = new MessageLoop(peer, {
      magic,
      router: this.router,
      budget: this.budget,
      log,
      ban: (each) => this.ban(each),
    });
    this.peers.add(peer);
    this.loops.set(peer, loop);
    onMade?.(peer);
    log.debug("peer connected", { peer: peer.id, address: peer.name, kind });
    if (kind !== "inbound") queueMicrotask(() => this.handshake.begin(peer));
    return {
      data: (bytes) => loop.onData(bytes),
      drained: () => peer.drained(),
      closed: () => peer.noteClosed(),
    };
  }

  /** Bans the address of a peer; this machine's own addresses are only disconnected. */
  private ban(peer: Peer): void {
    if (!isLocalIp(peer.address.ip)) {
      this.bans.add(hostSubnet(peer.address.ip), this.options.clock.now() + DEFAULT_BAN_TIME);
    }
    peer.disconnect("banned");
  }

  /** Bans addresses and ends the connections to them. @param until Unix seconds */
  banSubnet(subnet: Subnet, until: number): void {
    this.bans.add(subnet, until);
    for (const peer of this.peers.all()) if (subnetContains(subnet, peer.address.ip)) peer.disconnect("banned");
  }

  private onGone(peer: Peer): void {
    this.peers.delete(peer);
    this.loops.get(peer)?.close();
    this.loops.delete(peer);
    this.receivedByGone += peer.bytesReceived;
    this.sentByGone += peer.connection.bytesSent;
    if (peer.score === 0 && peer.acknowledged && !peer.inbound) this.book.noteConnected(peer.address);
    this.handshake.forget(peer);
    this.download.release(peer);
    this.compact.forget(peer);
    this.relay.forget(peer);
    this.options.log.debug("peer gone", { peer: peer.id });
  }

  private onTip(change: TipChange): void {
    this.relay.onTip();
    this.download.intake.parentArrived(bytesKey(change.connected.entry.hash));
    this.announcer.onTip(change);
    // Right away, unless blocks come in quick succession: then those of one tick are announced together.
    if (this.announcing) return;
    this.announcing = true;
    const pause = Math.max(0, this.announcedAt + TICK_MILLIS - this.options.clock.monotonicMillis());
    this.cancelAnnouncement = later(pause, () => {
      this.announcing = false;
      this.announcedAt = this.options.clock.monotonicMillis();
      this.announcer.announce();
    });
  }

  private tick(): void {
    this.outbound.tick();
    this.headers.tick();
    this.download.tick();
    this.relay.tick();
    this.addresses.tick();
    this.compact.tick();
    this.liveness.tick();
    this.relieve();
    const now = this.options.clock.monotonicMillis();
    if (now - this.savedAt < SAVE_INTERVAL_MILLIS) return;
    this.savedAt = now;
    this.save();
  }

  /** With too much memory in unfinished messages, the inbound peer that holds most of it goes. */
  private relieve(): void {
    if (!this.budget.isExceeded) return;
    const [largest] = [...this.loops].filter(([peer]) => peer.inbound).sort(([, a], [, b]) => b.buffered - a.buffered);
    largest?.[0].drop();
  }

  /** Announces a transaction of this node's own to all peers. */
  relayTransaction(tx: Transaction): void {
    this.relay.relay(tx);
  }

  private save(): void {
    try {
      this.bans.prune();
      this.options.store.saveAddresses(encodeAddressBook(this.book));
    } catch (error) {
      this.options.log.warn("the addresses of peers cannot be saved", { error: String(error) });
    }
  }

  /** Ends all connections and saves what should last. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const end of this.ends) end();
    this.cancelAnnouncement();
    this.listener?.stop();
    this.download.close();
    const anchors = this.peers.introduced().filter(({ kind }) => kind === "outbound");
    this.options.store.saveAnchors(anchors.slice(0, MAX_ANCHORS).map(({ address }) => address));
    for (const peer of this.peers.all()) peer.drop();
    this.save();
  }
}

function loadBook({ store, log }: PeerNetworkOptions, now: () => number): AddressBook {
  const kept = store.loadAddresses();
  const random = randomBelow;
  try {
    if (kept) return decodeAddressBook(kept, { now, random });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    log.warn("the saved addresses of peers cannot be read and are forgotten", { error: error.message });
  }
  return new AddressBook({ key: secureRandomBytes(32), now, random });
}
