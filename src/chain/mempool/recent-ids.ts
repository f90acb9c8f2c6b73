/** Transaction ids that are remembered for a while, the latest ones if there are too many. */
export class RecentIds {
  private readonly keepSeconds: number;
  private readonly capacity: number;
  private readonly times = new Map<string, number>();

  constructor(keepSeconds: number, capacity: number) {
    this.keepSeconds = keepSeconds;
    this.capacity = capacity;
  }

  /** @param now Unix seconds */
  add(key: string, now: number): void {
    this.forgetOld(now);
    this.times.delete(key);
    if (this.times.size >= this.capacity) this.times.delete(this.times.keys().next().value as string);
    this.times.set(key, now);
  }

  has(key: string, now: number): boolean {
    this.forgetOld(now);
    return this.times.has(key);
  }

  clear(): void {
    this.times.clear();
  }

  private forgetOld(now: number): void {
    for (const [key, time] of this.times) {
      if (now - time <= this.keepSeconds) return;
      this.times.delete(key);
    }
  }
}
