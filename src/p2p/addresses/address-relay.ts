import type { ChainView } from "../../chain/index.ts";
import { type Clock, randomBelow, secureRandomBytes } from "../../platform/index.ts";
import { bytesKey, concatBytes } from "../../protocol/bytes/index.ts";
import { sha256 } from "../../protocol/crypto/index.ts";
import { addrMessage, getaddrMessage, MAX_ADDRESSES, type TimedAddress, type WireAddress } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";
import type { AddressBook } from "./address-book.ts";
import { addressKey, ipKey, isReachable, isRoutable, type NetAddress, NO_ADDRESS } from "./net-address.ts";

const MINUTE = 60;
const DAY = 24 * 3600;
const FRESH = 10 * MINUTE;
/** Times before this are made up. */
const OLDEST_TIME = 100_000_000;
/** Addresses in messages of more entries are not passed on. */
const MAX_RELAYED_FROM = 10;
const RELAY_TARGETS = 2;
/** Of addresses that this node itself cannot reach. */
const UNREACHABLE_TARGETS = 1;
const TOLD_PENALTY = 2 * 3600;

/** Where a score for an address of this node comes from; the operator's word counts most. */
const OwnScore = { seen: 1, manual: 4 } as const;

export interface OwnAddress extends NetAddress {
  readonly score: number;
}

export interface AddressRelayOptions {
  readonly view: ChainView;
  readonly book: AddressBook;
  readonly peers: PeerSet;
  readonly clock: Clock;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
  readonly services: bigint;
  /** Port that others can reach; null while this node does not listen. */
  readonly listenPort: () => number | null;
  readonly externalAddresses: readonly NetAddress[];
}

/** Addresses that peers tell each other (spec p2p.md 3.10), this node's own ones included. */
export class AddressRelay {
  private readonly options: AddressRelayOptions;
  private readonly salt = secureRandomBytes(32);
  private readonly own = new Map<string, OwnAddress>();
  private advertisedAt: number | null = null;

  constructor(options: AddressRelayOptions) {
    this.options = options;
    for (const address of options.externalAddresses) {
      this.own.set(ipKey(address.ip), { ...address, score: OwnScore.manual });
    }
  }

  /** Addresses under which this node can be reached, best first. */
  ownAddresses(): OwnAddress[] {
    return [...this.own.values()].sort((a, b) => b.score - a.score);
  }

  /** What to call this node: its best address, or nowhere with the port it listens on. */
  ownAddress(): NetAddress {
    const listening = this.options.listenPort();
    const [best] = listening === null ? [] : this.ownAddresses();
    return best ?? { ip: NO_ADDRESS.ip, port: listening ?? this.options.view.params.p2pPort };
  }

  isOwn(address: NetAddress): boolean {
    return this.own.get(ipKey(address.ip))?.port === address.port;
  }

  /** A connection to this address led back to this node. */
  noteOwn(address: NetAddress): void {
    if (isRoutable(address.ip)) this.own.set(ipKey(address.ip), { ...address, score: OwnScore.seen });
  }

  /** A peer introduced itself. */
  onIntroduction(peer: Peer, sender: WireAddress | null): void {
    const { book, view, adjustedTime, listenPort } = this.options;
    if (peer.inbound) {
      const seen = peer.introduction?.seesUsAs;
      const known = seen && this.own.get(ipKey(seen.ip));
      if (known) this.own.set(ipKey(known.ip), { ...known, score: known.score + 1 });
      // It says where it can be reached, and it came from there.
      if (sender && bytesKey(sender.ip) === bytesKey(peer.address.ip)) {
        book.add({ ...sender, time: adjustedTime() }, sender.ip);
        book.noteGood(sender);
      }
      return;
    }
    if (listenPort() !== null && !view.initialDownload) this.advertise(peer);
    peer.addresses.asked = true;
    peer.addresses.grant(MAX_ADDRESSES);
    peer.send(getaddrMessage, undefined);
    book.noteGood(peer.address);
  }

  /** Puts this node's address into the queue for a peer; one that nobody knows is taken from what the peer sees. */
  private advertise(peer: Peer): void {
    const { adjustedTime, services, listenPort } = this.options;
    const port = listenPort();
    if (port === null) return;
    const own = this.ownAddress();
    const seen = peer.introduction?.seesUsAs;
    const useSeen = seen && isRoutable(seen.ip) && isRoutable(peer.address.ip) && !isRoutable(own.ip);
    const address = useSeen ? { ip: seen.ip, port } : own;
    if (isRoutable(address.ip)) peer.addresses.offer({ ...address, services, time: adjustedTime() });
  }

  /** An `addr` message. */
  onAddresses(peer: Peer, told: readonly TimedAddress[]): void {
    const { book, clock, adjustedTime } = this.options;
    const now = adjustedTime();
    peer.addresses.refill(clock.monotonicMillis());
    const relayed = !peer.addresses.asked && told.length <= MAX_RELAYED_FROM;
    for (const each of shuffled(told)) {
      if (!peer.addresses.take()) continue;
      const implausible = each.time <= OLDEST_TIME || each.time > now + FRESH;
      const address = { ...each, ip: each.ip.slice(), time: implausible ? now - 5 * DAY : each.time };
      peer.addresses.noteKnown(address);
      if (relayed && address.time > now - FRESH && isRoutable(address.ip)) this.passOn(address, peer);
      if (isReachable(address.ip)) book.add(address, peer.address.ip, TOLD_PENALTY);
    }
    if (told.length < MAX_ADDRESSES) peer.addresses.asked = false;
    if (peer.kind === "seed") peer.disconnect("addresses received");
  }

  /** Offers an address to few peers, for a day the same ones, so that it does not go round for ever. */
  private passOn(address: TimedAddress, from: Peer): void {
    const key = new Uint8Array(Buffer.from(addressKey(address), "utf16le"));
    const day = Math.floor(this.options.clock.now() / DAY);
    const rank = (peer: Peer) =>
      bytesKey(sha256(concatBytes(this.salt, key, new Uint8Array(Buffer.from(`${day}:${peer.id}`)))));
    const others = this.options.peers.introduced().filter((peer) => peer !== from);
    const ranked = others.map((peer) => ({ peer, rank: rank(peer) }));
    ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    const targets = isReachable(address.ip) ? RELAY_TARGETS : UNREACHABLE_TARGETS;
    for (const { peer } of ranked.slice(0, targets)) peer.addresses.offer(address);
  }

  /** A `getaddr` message: answered once, and only to peers that came by themselves. */
  onGetAddresses(peer: Peer): void {
    if (!peer.inbound || peer.addresses.answered) return;
    peer.addresses.answered = true;
    peer.addresses.replaceQueue(this.options.book.sample());
  }

  /** Sends what waits for one peer chosen by chance, and this node's address once a day. */
  tick(): void {
    const { peers, view, clock } = this.options;
    const introduced = peers.introduced();
    const now = clock.now();
    if (!view.initialDownload && introduced.length > 0 && now - (this.advertisedAt ?? 0) > DAY) {
      for (const peer of introduced) {
        if (this.advertisedAt !== null) peer.addresses.forgetKnown();
        this.advertise(peer);
      }
      this.advertisedAt = now;
    }
    const chosen = introduced[randomBelow(introduced.length)];
    if (!chosen || chosen.isClogged) return;
    const fresh = chosen.addresses.drain();
    while (fresh.length > 0) chosen.send(addrMessage, fresh.splice(0, MAX_ADDRESSES));
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const other = randomBelow(i + 1);
    [result[i], result[other]] = [result[other] as T, result[i] as T];
  }
  return result;
}
