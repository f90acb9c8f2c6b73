import type { Clock } from "../platform/index.ts";
import { hostSubnet, type Subnet, subnetContains, subnetKey } from "./addresses/subnet.ts";

export interface Ban {
  readonly subnet: Subnet;
  /** Unix seconds. */
  readonly until: number;
}

/** Where bans are kept over restarts. */
export interface BanStore {
  load(): Ban[];
  put(ban: Ban): void;
  remove(subnet: Subnet): void;
  clear(): void;
}

/** Seconds (spec p2p.md section 4). */
export const DEFAULT_BAN_TIME = 24 * 60 * 60;

/** A store may be full of bans; the ones that end first give way. */
const MAX_BANS = 20_000;

/** Ended bans take room for no longer than this. */
const PRUNE_INTERVAL_MILLIS = 15 * 60 * 1000;

/** Addresses that may not connect for a while. */
export class BanList {
  private readonly clock: Clock;
  private readonly store: BanStore;
  /** Single addresses are most of them, and are found at once. */
  private readonly hosts = new Map<string, Ban>();
  private readonly networks = new Map<string, Ban>();
  private prunedAt: number;

  constructor(clock: Clock, store: BanStore) {
    this.clock = clock;
    this.store = store;
    this.prunedAt = clock.monotonicMillis();
    for (const ban of store.load()) this.tableOf(ban.subnet).set(subnetKey(ban.subnet), ban);
    this.prune();
  }

  private tableOf({ mask }: Subnet): Map<string, Ban> {
    return mask.every((byte) => byte === 0xff) ? this.hosts : this.networks;
  }

  isBanned(ip: Uint8Array): boolean {
    const now = this.clock.now();
    if ((this.hosts.get(subnetKey(hostSubnet(ip)))?.until ?? 0) > now) return true;
    for (const { subnet, until } of this.networks.values()) if (until > now && subnetContains(subnet, ip)) return true;
    return false;
  }

  /** True if exactly this subnet is banned. */
  has(subnet: Subnet): boolean {
    return (this.tableOf(subnet).get(subnetKey(subnet))?.until ?? 0) > this.clock.now();
  }

  /** @param until Unix seconds; a ban that lasts longer stays as it is */
  add(subnet: Subnet, until: number): void {
    const table = this.tableOf(subnet);
    const key = subnetKey(subnet);
    if ((table.get(key)?.until ?? 0) >= until) return;
    const ban = { subnet, until };
    table.set(key, ban);
    this.store.put(ban);
    if (this.hosts.size + this.networks.size > MAX_BANS) this.prune();
  }

  /** Returns false if it was not banned. */
  remove(subnet: Subnet): boolean {
    const removed = this.tableOf(subnet).delete(subnetKey(subnet));
    if (removed) this.store.remove(subnet);
    return removed;
  }

  clear(): void {
    this.hosts.clear();
    this.networks.clear();
    this.store.clear();
  }

  /** Those in force, in any order. */
  list(): Ban[] {
    const now = this.clock.now();
    return [...this.hosts.values(), ...this.networks.values()].filter(({ until }) => until > now);
  }

  tick(): void {
    const now = this.clock.monotonicMillis();
    if (now - this.prunedAt < PRUNE_INTERVAL_MILLIS) return;
    this.prunedAt = now;
    this.prune();
  }

  /** Forgets what has ended, and what is too much. */
  prune(): void {
    const now = this.clock.now();
    const all = [...this.hosts.values(), ...this.networks.values()].sort((a, b) => a.until - b.until);
    const excess = all.length - MAX_BANS;
    all.forEach(({ subnet, until }, i) => {
      if (until <= now || i < excess) this.remove(subnet);
    });
  }
}
