import type { TipChange } from "../chain/index.ts";
import { repeat } from "../platform/index.ts";
import type { TcpListener } from "../platform/tcp/index.ts";
import { bytesKey } from "../protocol/bytes/index.ts";
import type { Transaction } from "../protocol/primitives/index.ts";
import type { AddressBook } from "./addresses/address-book.ts";
import type { AddressRelay } from "./addresses/address-relay.ts";
import { loadAddressBook, SavedAddresses } from "./addresses/saved-addresses.ts";
import type { Subnet } from "./addresses/subnet.ts";
import { BanList } from "./ban-list.ts";
import { Banishment } from "./banishment.ts";
import { Outbound } from "./connections/outbound.ts";
import { PeerConnections } from "./connections/peer-connections.ts";
import { TCP } from "./connections/transport.ts";
import type { Liveness } from "./liveness.ts";
import type { PeerNetworkOptions } from "./network-options.ts";
import { makeNetworkParts, type NetworkParts } from "./network-parts.ts";
import type { Peer } from "./peer/peer.ts";
import { PeerSet } from "./peer-set.ts";
import { Service } from "./protocol-version.ts";
import type { TransactionRelay } from "./relay/transaction-relay.ts";
import type { BlockDownload } from "./sync/block-download.ts";
import type { HistoryDownload } from "./sync/history-download.ts";
import { TimeOffset } from "./time-offset.ts";

const TICK_MILLIS = 100;
const MAX_ANCHORS = 2;

/** The peer-to-peer side of a node: all peers, and everything that is done with them. */
export class PeerNetwork {
  readonly peers = new PeerSet();
  readonly bans: BanList;
  readonly book: AddressBook;
  readonly outbound: Outbound;
  readonly timeOffset = new TimeOffset();
  readonly services: bigint;
  private readonly options: PeerNetworkOptions;
  private readonly parts: NetworkParts;
  private readonly banishment: Banishment;
  private readonly connections: PeerConnections;
  private readonly savedAddresses: SavedAddresses;
  private readonly listener: TcpListener | null;
  private readonly ends: (() => void)[];
  private closed = false;

  /**
   * Opens the network: listens, and begins to connect.
   * @throws FluxError port-in-use, listen-failed
   */
  constructor(options: PeerNetworkOptions) {
    const { chain, clock, log, store, maxConnections } = options;
    const { peers, timeOffset } = this;
    const { params } = chain;
    const adjustedTime = () => this.adjustedTime();
    this.options = options;
    this.services = (options.complete ? Service.network : 0n) | Service.bloom;
    this.bans = new BanList(clock, store);
    this.banishment = new Banishment(this.bans, peers, clock);
    this.book = loadAddressBook(store, log, adjustedTime);
    this.savedAddresses = new SavedAddresses(this.book, store, clock, log);
    const { book, bans, banishment, services } = this;
    const listenPort = () => this.port;
    this.parts = makeNetworkParts(options, { peers, book, timeOffset, services, adjustedTime, listenPort });
    this.connections = new PeerConnections({
      params,
      clock,
      log,
      transport: options.transport ?? TCP,
      peers,
      bans,
      banishment,
      router: this.parts.router,
      maxConnections,
      height: () => chain.height,
      onDialled: (peer) => this.parts.handshake.begin(peer),
      onGone: (peer) => this.onGone(peer),
    });
    this.outbound = new Outbound({
      params,
      clock,
      log,
      peers,
      book,
      addresses: this.parts.addresses,
      bans,
      connect: options.connect,
      addNode: options.addNode,
      maxConnections,
      anchors: store.takeAnchors(),
      dial: (address, kind, name) => this.connections.dial(address, kind, name),
      adjustedTime,
    });
    this.listener = options.listen && this.connections.listen(options.listen);
    this.ends = [chain.onTip((change) => this.onTip(change)), repeat(TICK_MILLIS, () => this.tick())];
  }

  get addresses(): AddressRelay {
    return this.parts.addresses;
  }

  get relay(): TransactionRelay {
    return this.parts.relay;
  }

  get download(): BlockDownload {
    return this.parts.download;
  }

  /** Fetches blocks below a snapshot. */
  get history(): HistoryDownload {
    return this.parts.history;
  }

  get liveness(): Liveness {
    return this.parts.liveness;
  }

  /** What the network's makers warn of; empty without anything. */
  get warning(): string {
    return this.parts.alerts.warning;
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
    return this.connections.bytesReceived;
  }

  get bytesSent(): number {
    return this.connections.bytesSent;
  }

  /** Bans addresses and ends the connections to them. @param until Unix seconds */
  banSubnet(subnet: Subnet, until: number): void {
    this.banishment.banSubnet(subnet, until);
  }

  /** Announces a transaction of this node's own to all peers. */
  relayTransaction(tx: Transaction): void {
    this.relay.relay(tx);
  }

  private onGone(peer: Peer): void {
    const { handshake, download, history, compact, relay } = this.parts;
    if (peer.score === 0 && peer.acknowledged && !peer.inbound) this.book.noteConnected(peer.address);
    handshake.forget(peer);
    download.release(peer);
    history.release(peer);
    compact.forget(peer);
    relay.forget(peer);
  }

  private onTip(change: TipChange): void {
    const { relay, download, announcements } = this.parts;
    relay.onTip();
    if (change.connected) download.intake.parentArrived(bytesKey(change.connected.entry.hash));
    announcements.onTip(change);
  }

  private tick(): void {
    const { headers, download, history, relay, addresses, compact, liveness } = this.parts;
    this.outbound.tick();
    headers.tick();
    download.tick();
    history.tick();
    relay.tick();
    addresses.tick();
    compact.tick();
    liveness.tick();
    this.bans.tick();
    this.connections.relieve();
    this.savedAddresses.tick();
  }

  /** Ends all connections and saves what should last. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const end of this.ends) end();
    this.parts.announcements.close();
    this.listener?.stop();
    this.download.close();
    this.history.end();
    const anchors = this.peers.introduced().filter(({ kind }) => kind === "outbound");
    this.options.store.saveAnchors(anchors.slice(0, MAX_ANCHORS).map(({ address }) => address));
    this.connections.close();
    this.savedAddresses.save();
  }
}
