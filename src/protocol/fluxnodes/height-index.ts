/** Keys by a height: finds all entries of one height, or up to one, without looking at the rest. */
export class HeightIndex {
  private readonly heights = new Map<number, Set<string>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(height: number, key: string): void {
    const keys = this.heights.get(height);
    if (keys) keys.add(key);
    else this.heights.set(height, new Set([key]));
    this.count++;
  }

  remove(height: number, key: string): void {
    const keys = this.heights.get(height);
    if (!keys?.delete(key)) throw new Error("height index and node list disagree");
    if (keys.size === 0) this.heights.delete(height);
    this.count--;
  }

  /** Keys of exactly this height. */
  at(height: number): Iterable<string> {
    return this.heights.get(height) ?? [];
  }

  /** Keys of this height and below. There are never more different heights than an expiry window is long. */
  *upTo(height: number): IterableIterator<string> {
    for (const [each, keys] of this.heights) if (each <= height) yield* keys;
  }

  /** All keys. */
  *keys(): IterableIterator<string> {
    for (const keys of this.heights.values()) yield* keys;
  }

  clone(): HeightIndex {
    const copy = new HeightIndex();
    for (const [height, keys] of this.heights) copy.heights.set(height, new Set(keys));
    copy.count = this.count;
    return copy;
  }
}
