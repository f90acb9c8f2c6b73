/** Longest chunk; a longer one is cut in half. */
const CHUNK_LIMIT = 256;

/**
 * Sorted list of distinct strings (order of their code units). The strings lie in chunks of bounded length, so adding and
 * removing one is two binary searches and a move inside one chunk, whatever the length of the list.
 */
export class OrderedList {
  private readonly chunks: string[][] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The smallest string. */
  first(): string | undefined {
    return this.chunks[0]?.[0];
  }

  add(value: string): void {
    const at = this.chunkFor(value);
    const chunk = this.chunks[at];
    if (!chunk) {
      this.chunks.push([value]);
    } else {
      chunk.splice(lowerBound(chunk, value), 0, value);
      if (chunk.length > CHUNK_LIMIT) this.chunks.splice(at + 1, 0, chunk.splice(CHUNK_LIMIT >> 1));
    }
    this.count++;
  }

  /** False if it was not there. */
  remove(value: string): boolean {
    const at = this.chunkFor(value);
    const chunk = this.chunks[at];
    if (!chunk) return false;
    const index = lowerBound(chunk, value);
    if (chunk[index] !== value) return false;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.chunks.splice(at, 1);
    this.count--;
    return true;
  }

  *[Symbol.iterator](): IterableIterator<string> {
    for (const chunk of this.chunks) yield* chunk;
  }

  clone(): OrderedList {
    const copy = new OrderedList();
    for (const chunk of this.chunks) copy.chunks.push(chunk.slice());
    copy.count = this.count;
    return copy;
  }

  /** Index of the chunk that holds or would hold the value: the last one that does not start after it. */
  private chunkFor(value: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle]?.[0] as string) <= value) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** Index of the first element that is not smaller than the value. */
function lowerBound(chunk: readonly string[], value: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] as string) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
