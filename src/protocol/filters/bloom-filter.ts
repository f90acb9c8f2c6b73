import { murmurHash3 } from "./murmur-hash.ts";

/** Limits of filters that peers may load (spec p2p.md 3.12). */
export const MAX_FILTER_BYTES = 36_000;
export const MAX_FILTER_HASHES = 50;

/** Step between the seeds of a filter's hash functions. */
const SEED_STEP = 0xfba4c795;

/** What a filter does with the outputs of transactions that match. */
export const FilterUpdate = { none: 0, all: 1, publicKeyOnly: 2 } as const;
const UPDATE_MASK = 3;

/** A set of byte strings that may say yes to strings it does not hold. */
export class BloomFilter {
  readonly update: number;
  private readonly data: Uint8Array;
  private readonly hashFunctions: number;
  private readonly tweak: number;
  /** All bits are set, or none: the answers are known without hashing. */
  private full: boolean;
  private empty: boolean;

  /** @param data the bits, taken over */
  constructor(data: Uint8Array, hashFunctions: number, tweak: number, flags: number) {
    this.data = data;
    this.hashFunctions = hashFunctions;
    this.tweak = tweak >>> 0;
    this.update = flags & UPDATE_MASK;
    // Without bits it is both, and being full goes first.
    this.full = data.every((byte) => byte === 0xff);
    this.empty = data.every((byte) => byte === 0);
  }

  /** True unless it is larger than a peer may make it. */
  static fits(data: Uint8Array, hashFunctions: number): boolean {
    return data.length <= MAX_FILTER_BYTES && hashFunctions <= MAX_FILTER_HASHES;
  }

  private bit(number: number, element: Uint8Array): number {
    return murmurHash3(Math.imul(number, SEED_STEP) + this.tweak, element) % (this.data.length * 8);
  }

  insert(element: Uint8Array): void {
    if (this.full) return;
    for (let i = 0; i < this.hashFunctions; i++) {
      const bit = this.bit(i, element);
      this.data[bit >> 3] = (this.data[bit >> 3] as number) | (1 << (bit & 7));
    }
    this.empty = false;
  }

  contains(element: Uint8Array): boolean {
    if (this.full) return true;
    if (this.empty) return false;
    for (let i = 0; i < this.hashFunctions; i++) {
      const bit = this.bit(i, element);
      if (((this.data[bit >> 3] as number) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /** True if it says yes to everything. */
  get matchesAll(): boolean {
    return this.full;
  }

  /** True if it says no to everything. */
  get matchesNothing(): boolean {
    return this.empty && !this.full;
  }
}
