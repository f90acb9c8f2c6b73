import type { NetworkAddress } from "../../platform/config/index.ts";
import { type Clock, type Log, randomBelow } from "../../platform/index.ts";
import { resolveHost } from "../../platform/tcp/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import type { AddressBook } from "../addresses/address-book.ts";
import type { AddressRelay } from "../addresses/address-relay.ts";
import {
  addressGroup,
  addressKey,
  formatAddress,
  isReachable,
  type NetAddress,
  netAddress,
} from "../addresses/net-address.ts";
import type { BanList } from "../ban-list.ts";
import type { Peer, PeerKind } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";
import { AddedNodes } from "./added-nodes.ts";
import { parsePeerName } from "./peer-name.ts";

/** Peers that this node chooses itself (spec p2p.md section 5). */
export const MAX_OUTBOUND = 16;

const FEELER_INTERVAL = 120_000;
const PAUSE_MILLIS = 500;
const MAX_CONNECTING = 8;
/** With addresses at hand, the seeds are asked only if these did not lead to two peers within this time. */
const SEED_PATIENCE = 11_000;
const ENOUGH_WITHOUT_SEEDS = 2;
const RECENTLY_TRIED = 600;
const DAY = 24 * 3600;
const CONNECT_ONLY_PAUSE = 5_000;
const ADDED_PAUSE = 60_000;
const MAX_DRAWS = 100;

export interface OutboundOptions {
  readonly params: NetworkParams;
  readonly clock: Clock;
  readonly log: Log;
  readonly peers: PeerSet;
  readonly book: AddressBook;
  readonly addresses: AddressRelay;
  readonly bans: BanList;
  /** If there are any, only these are connected to. */
  readonly connect: readonly NetworkAddress[];
  readonly addNode: readonly NetworkAddress[];
  readonly maxConnections: number;
  /** Peers that worked last time. */
  readonly anchors: readonly NetAddress[];
  /** Connects; null if that failed. */
  readonly dial: (address: NetAddress, kind: PeerKind, name?: string) => Promise<Peer | null>;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
}

/** Decides whom to connect to, and when. */
export class Outbound {
  readonly added: AddedNodes;
  private readonly options: OutboundOptions;
  private readonly connectOnly: boolean;
  private readonly anchors: NetAddress[];
  /** Names and keys of those that are being connected to, with the groups that they will stand for. */
  private readonly connecting = new Map<string, string | null>();
  private readonly startedAt: number;
  private seeded = false;
  private nextAt = 0;
  private nextFeelerAt: number;

  constructor(options: OutboundOptions) {
    this.options = options;
    const { clock, connect, addNode, params } = options;
    this.connectOnly = connect.length > 0;
    this.added = new AddedNodes(clock, this.connectOnly ? CONNECT_ONLY_PAUSE : ADDED_PAUSE);
    for (const { host, port } of [...connect, ...addNode]) {
      this.added.add(host.includes(":") ? `[${host}]:${port ?? params.p2pPort}` : `${host}:${port ?? params.p2pPort}`);
    }
    this.anchors = [...options.anchors];
    this.startedAt = clock.monotonicMillis();
    this.nextFeelerAt = this.startedAt + FEELER_INTERVAL;
  }

  tick(): void {
    for (const node of this.added.due((name) => this.isConnected(name))) {
      node.busy = true;
      void this.dialName(node.name).then((peer) => this.added.ended(node, peer !== null));
    }
    if (this.connectOnly) return;
    const now = this.options.clock.monotonicMillis();
    this.askSeeds(now);
    if (now < this.nextAt || this.connecting.size >= MAX_CONNECTING) return;
    this.nextAt = now + PAUSE_MILLIS;
    this.dialOne(now);
  }

  /** True if a peer of that name, or at that address, is connected or being connected to. */
  private isConnected(name: string): boolean {
    if (this.connecting.has(name)) return true;
    return this.options.peers
      .all()
      .some((peer) => peer.name === name || (!peer.inbound && formatAddress(peer.address) === name));
  }

  private get limit(): number {
    return Math.min(MAX_OUTBOUND, this.options.maxConnections);
  }

  /** Connects to one more peer, if there is room: the anchors first, then an address drawn from the book. */
  private dialOne(now: number): void {
    const peers = this.options.peers.all();
    const outbound = peers.filter(({ kind }) => kind === "outbound");
    const feeler = now >= this.nextFeelerAt;
    if (outbound.length + this.connecting.size >= this.limit && !feeler) return;
    const anchor = this.anchors.pop();
    if (anchor) {
      void this.dialAddress(anchor, "outbound");
      return;
    }
    if (feeler) this.nextFeelerAt = now + FEELER_INTERVAL;
    // Whoever is connected to for other reasons stands for his group, too.
    const ours = peers.filter(({ inbound }) => !inbound);
    const groups = [...ours.map((peer) => addressGroup(peer.address.ip)), ...this.connecting.values()];
    const address = this.draw(feeler, new Set(groups));
    if (address) void this.dialAddress(address, feeler ? "feeler" : "outbound");
  }

  private draw(feeler: boolean, groups: ReadonlySet<string | null>): NetAddress | null {
    const { book, addresses, bans, params, adjustedTime } = this.options;
    const now = adjustedTime();
    for (let tries = 1; tries <= MAX_DRAWS; tries++) {
      const address = book.select(feeler);
      if (!address || groups.has(addressGroup(address.ip)) || addresses.isOwn(address)) return null;
      if (!isReachable(address.ip) || bans.isBanned(address.ip) || this.connecting.has(addressKey(address))) continue;
      if (feeler) return address;
      if (now - address.lastTry < RECENTLY_TRIED && tries < 30) continue;
      if (address.port !== params.p2pPort && tries < 50) continue;
      return address;
    }
    return null;
  }

  private async dialAddress(address: NetAddress, kind: PeerKind): Promise<Peer | null> {
    const { book, bans, peers, dial } = this.options;
    const key = addressKey(address);
    const taken = peers.all().some((peer) => addressKey(peer.address) === key);
    if (taken || bans.isBanned(address.ip) || this.connecting.has(key)) return null;
    this.connecting.set(key, addressGroup(address.ip));
    book.noteAttempt(address);
    try {
      return await dial(address, kind);
    } finally {
      this.connecting.delete(key);
    }
  }

  /** Addresses behind a name as operators write it; none if it cannot be found. */
  async addressesOf(name: string): Promise<NetAddress[]> {
    const place = parsePeerName(name, this.options.params.p2pPort);
    const hosts = place ? await resolveHost(place.host) : [];
    return hosts.flatMap((host) => netAddress(host, place?.port ?? 0) ?? []);
  }

  /** Connects to a peer that the operator named; null if that failed. */
  async dialName(name: string): Promise<Peer | null> {
    if (this.isConnected(name)) return null;
    this.connecting.set(name, null);
    try {
      const [address] = await this.addressesOf(name);
      return address ? await this.options.dial(address, "manual", name) : null;
    } finally {
      this.connecting.delete(name);
    }
  }

  /** Addresses that the host names of the seeds stand for, when there is need of some. */
  private askSeeds(now: number): void {
    const { book, peers, params } = this.options;
    if (this.seeded) return;
    if (book.size > 0 && now - this.startedAt < SEED_PATIENCE) return;
    this.seeded = true;
    if (book.size > 0 && peers.size >= ENOUGH_WITHOUT_SEEDS) return;
    for (const seed of params.dnsSeeds) void this.askSeed(seed);
  }

  private async askSeed(seed: string): Promise<void> {
    const { book, clock, log, params } = this.options;
    const hosts = await resolveHost(seed);
    for (const host of hosts) {
      const address = netAddress(host, params.p2pPort);
      // Made to look some days old, so that what peers tell counts more.
      const time = clock.now() - 3 * DAY - randomBelow(4 * DAY);
      if (address) book.add({ ...address, services: 1n, time }, address.ip);
    }
    log.debug("addresses from a seed", { seed, found: hosts.length });
  }
}
