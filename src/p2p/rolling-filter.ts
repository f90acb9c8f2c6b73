import { BloomFilter } from "../protocol/filters/index.ts";

const LN2 = Math.LN2;

/** Remembers at least the last `capacity` byte strings that were added in little memory; now and then it claims one that was not. */
export class RollingFilter {
  private readonly capacity: number;
  private readonly bytes: number;
  private readonly hashes: number;
  private readonly tweak: () => number;
  /** Two generations; the older one is dropped when the newer one is full. */
  private older: BloomFilter;
  private newer: BloomFilter;
  private added = 0;

  /** @param tweak a random number, so that nobody can prepare strings that collide */
  constructor(capacity: number, falsePositives: number, tweak: () => number) {
    this.capacity = capacity;
    const bits = (-capacity * Math.log(falsePositives)) / (LN2 * LN2);
    this.bytes = Math.ceil(bits / 8);
    this.hashes = Math.max(1, Math.round((bits / capacity) * LN2));
    this.tweak = tweak;
    this.older = this.fresh();
    this.newer = this.fresh();
  }

  private fresh(): BloomFilter {
    return new BloomFilter(new Uint8Array(this.bytes), this.hashes, this.tweak(), 0);
  }

  add(element: Uint8Array): void {
    if (this.added === this.capacity) {
      this.older = this.newer;
      this.newer = this.fresh();
      this.added = 0;
    }
    this.newer.insert(element);
    this.added++;
  }

  has(element: Uint8Array): boolean {
    return this.newer.contains(element) || this.older.contains(element);
  }

  clear(): void {
    if (this.added === 0 && this.older.matchesNothing) return;
    this.older = this.fresh();
    this.newer = this.fresh();
    this.added = 0;
  }
}
