/** The last so many keys that were added. */
export class RecentSet {
  private readonly limit: number;
  private readonly keys = new Set<string>();

  constructor(limit: number) {
    this.limit = limit;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** Returns false if it was there already. */
  add(key: string): boolean {
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    if (this.keys.size > this.limit)
      for (const oldest of this.keys) {
        this.keys.delete(oldest);
        break;
      }
    return true;
  }

  delete(key: string): void {
    this.keys.delete(key);
  }

  clear(): void {
    this.keys.clear();
  }
}
