import { AddressBuckets, BUCKET_SIZE, NEW_BUCKETS, TRIED_BUCKETS } from "./address-buckets.ts";
import { chanceOf, isTerrible, type KnownAddress } from "./known-address.ts";
import { ipKey, isRoutable, type NetAddress } from "./net-address.ts";

/** An address with what is told of it. */
export interface ToldAddress extends NetAddress {
  readonly services: bigint;
  /** Unix seconds at which it was seen. */
  readonly time: number;
}

export interface AddressBookOptions {
  /** 32 secret bytes. */
  readonly key: Uint8Array;
  /** Unix seconds, adjusted to the peers. */
  readonly now: () => number;
  /** A whole number below a limit. */
  readonly random: (limit: number) => number;
}

const MAX_SLOTS_PER_ADDRESS = 8;
const HOUR = 3600;
const DAY = 24 * HOUR;
const FREE = -1;
const MAX_ANSWER = 2500;
const ANSWER_PERCENT = 23;

/** Addresses of peers: those that somebody told of and those that worked, in tables of fixed size (spec p2p.md sections 3.10 and 5). */
export class AddressBook {
  readonly key: Uint8Array;
  private readonly now: () => number;
  private readonly random: (limit: number) => number;
  private readonly buckets: AddressBuckets;
  private readonly byId = new Map<number, KnownAddress>();
  private readonly idByIp = new Map<string, number>();
  private readonly newTable = new Int32Array(NEW_BUCKETS * BUCKET_SIZE).fill(FREE);
  private readonly triedTable = new Int32Array(TRIED_BUCKETS * BUCKET_SIZE).fill(FREE);
  private triedCount = 0;
  private nextId = 0;
  private successes = 1;

  constructor({ key, now, random }: AddressBookOptions) {
    this.key = key;
    this.now = now;
    this.random = random;
    this.buckets = new AddressBuckets(key);
  }

  get size(): number {
    return this.byId.size;
  }

  get triedSize(): number {
    return this.triedCount;
  }

  /** All addresses, for keeping them. */
  entries(): IterableIterator<KnownAddress> {
    return this.byId.values();
  }

  private find(address: NetAddress): KnownAddress | undefined {
    const id = this.idByIp.get(ipKey(address.ip));
    return id === undefined ? undefined : this.byId.get(id);
  }

  private findExact(address: NetAddress): KnownAddress | undefined {
    const found = this.find(address);
    return found?.port === address.port ? found : undefined;
  }

  private create(told: ToldAddress, source: Uint8Array): KnownAddress {
    const entry: KnownAddress = {
      id: this.nextId++,
      ip: told.ip.slice(),
      port: told.port,
      services: told.services,
      time: told.time,
      source: source.slice(),
      lastSuccess: 0,
      lastTry: 0,
      attempts: 0,
      lastCounted: 0,
      tried: false,
      slots: new Set(),
    };
    this.byId.set(entry.id, entry);
    this.idByIp.set(ipKey(entry.ip), entry.id);
    return entry;
  }

  private forget(entry: KnownAddress): void {
    this.byId.delete(entry.id);
    this.idByIp.delete(ipKey(entry.ip));
  }

  private freeNewSlot(slot: number): void {
    const id = this.newTable[slot] as number;
    if (id === FREE) return;
    this.newTable[slot] = FREE;
    const entry = this.byId.get(id) as KnownAddress;
    entry.slots.delete(slot);
    if (entry.slots.size === 0 && !entry.tried) this.forget(entry);
  }

  /**
   * Takes in an address.
   * @param source who told of it
   * @param penalty seconds by which it counts as older than told
   * @returns true if it is new and found a place
   */
  add(told: ToldAddress, source: Uint8Array, penalty = 0): boolean {
    if (!isRoutable(told.ip) || told.port === 0) return false;
    const known = this.find(told);
    if (known && !this.update(known, told, penalty)) return false;
    const entry = known ?? this.create({ ...told, time: Math.max(0, told.time - penalty) }, source);
    const slot = this.buckets.newSlot(entry, source);
    const placed = this.placeNew(entry, slot);
    return !known && placed;
  }

  /** Takes what is new of a known address; true if it deserves another place. */
  private update(known: KnownAddress, told: ToldAddress, penalty: number): boolean {
    const interval = this.now() - told.time < DAY ? HOUR : DAY;
    const before = known.time;
    if (told.time > 0 && (before === 0 || before < told.time - interval - penalty)) {
      known.time = Math.max(0, told.time - penalty);
    }
    known.services |= told.services;
    if (told.time === 0 || (known.time > 0 && told.time <= known.time)) return false;
    if (known.tried || known.slots.size >= MAX_SLOTS_PER_ADDRESS) return false;
    // Each further place is twice as hard to get.
    return this.random(2 ** known.slots.size) === 0;
  }

  private placeNew(entry: KnownAddress, slot: number): boolean {
    const holder = this.newTable[slot] as number;
    if (holder === entry.id) return false;
    const other = holder === FREE ? null : (this.byId.get(holder) as KnownAddress);
    const free = !other || isTerrible(other, this.now()) || (other.slots.size > 1 && entry.slots.size === 0);
    if (free) {
      this.freeNewSlot(slot);
      this.newTable[slot] = entry.id;
      entry.slots.add(slot);
    } else if (entry.slots.size === 0 && !entry.tried) this.forget(entry);
    return free;
  }

  /** A handshake with the address succeeded. */
  noteGood(address: NetAddress): void {
    const entry = this.findExact(address);
    if (!entry) return;
    const now = this.now();
    entry.lastSuccess = now;
    entry.lastTry = now;
    entry.attempts = 0;
    this.successes++;
    if (!entry.tried) this.makeTried(entry);
  }

  private makeTried(entry: KnownAddress): void {
    const slot = this.buckets.triedSlot(entry);
    const holder = this.triedTable[slot] as number;
    entry.tried = true;
    for (const each of entry.slots) this.newTable[each] = FREE;
    entry.slots.clear();
    this.triedTable[slot] = entry.id;
    this.triedCount++;
    if (holder === FREE) return;
    const displaced = this.byId.get(holder) as KnownAddress;
    displaced.tried = false;
    this.triedCount--;
    const newSlot = this.buckets.newSlot(displaced, displaced.source);
    this.freeNewSlot(newSlot);
    this.newTable[newSlot] = displaced.id;
    displaced.slots.add(newSlot);
  }

  /** Somebody tries to connect. */
  noteAttempt(address: NetAddress): void {
    const entry = this.findExact(address);
    if (!entry) return;
    entry.lastTry = this.now();
    // While nothing works at all, the fault is not the address's.
    if (entry.lastCounted >= this.successes) return;
    entry.lastCounted = this.successes;
    entry.attempts++;
  }

  /** A connection to the address was good until now. */
  noteConnected(address: NetAddress): void {
    const entry = this.findExact(address);
    const now = this.now();
    if (entry && now - entry.time > 20 * 60) entry.time = now;
  }

  /** Draws an address to connect to; null if there is none. @param newOnly one that never worked so far */
  select(newOnly: boolean): KnownAddress | null {
    const newCount = this.byId.size - this.triedCount;
    if (newOnly ? newCount === 0 : this.byId.size === 0) return null;
    const tried = !newOnly && this.triedCount > 0 && (newCount === 0 || this.random(2) === 0);
    const table = tried ? this.triedTable : this.newTable;
    const now = this.now();
    for (let factor = 1; ; factor *= 1.2) {
      const entry = this.draw(table);
      if (this.random(2 ** 30) < factor * chanceOf(entry, now) * 2 ** 30) return entry;
    }
  }

  /** The first address from a random place on; the table is not empty. */
  private draw(table: Int32Array): KnownAddress {
    let slot = this.random(table.length);
    while (table[slot] === FREE) slot = (slot + 1) % table.length;
    return this.byId.get(table[slot] as number) as KnownAddress;
  }

  /** A random part of the addresses, for a peer that asks. */
  sample(): KnownAddress[] {
    const all = [...this.byId.values()];
    const wanted = Math.min(MAX_ANSWER, Math.floor((all.length * ANSWER_PERCENT) / 100));
    const now = this.now();
    const chosen: KnownAddress[] = [];
    for (let i = 0; i < all.length && chosen.length < wanted; i++) {
      const other = i + this.random(all.length - i);
      const entry = all[other] as KnownAddress;
      all[other] = all[i] as KnownAddress;
      if (!isTerrible(entry, now)) chosen.push(entry);
    }
    return chosen;
  }

  /** Puts back an address that was kept. */
  restore(entry: Omit<KnownAddress, "id" | "slots" | "lastTry" | "lastCounted">): void {
    if (this.find(entry) || !isRoutable(entry.ip)) return;
    const restored = this.create(entry, entry.source);
    restored.lastSuccess = entry.lastSuccess;
    restored.attempts = entry.attempts;
    if (entry.tried && this.triedTable[this.buckets.triedSlot(restored)] === FREE) this.makeTried(restored);
    else this.placeNew(restored, this.buckets.newSlot(restored, restored.source));
  }
}
