/** Values that were asked for lately, by any key, up to a size in memory. */
export class RecentValues<T> {
  private readonly capacity: number;
  private readonly sizeOf: (value: T) => number;
  private readonly values = new Map<string, T>();
  private size = 0;

  /**
   * @param capacity bytes
   * @param sizeOf bytes that a value takes, always the same for one
   */
  constructor(capacity: number, sizeOf: (value: T) => number) {
    this.capacity = capacity;
    this.sizeOf = sizeOf;
  }

  get(key: string): T | undefined {
    const value = this.values.get(key);
    if (value !== undefined) {
      this.values.delete(key);
      this.values.set(key, value);
    }
    return value;
  }

  /** Keeps a value, and lets go of those that nobody asked for in the longest time. */
  add(key: string, value: T): void {
    this.forget(key);
    this.values.set(key, value);
    this.size += this.sizeOf(value);
    for (const oldest of this.values.keys()) {
      if (this.size <= this.capacity) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const value = this.values.get(key);
    if (value === undefined) return;
    this.values.delete(key);
    this.size -= this.sizeOf(value);
  }
}
