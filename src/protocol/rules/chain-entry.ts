/**
 * A block in the tree of headers, as the rules see the ancestors of a candidate.
 * `parent` may be a getter that loads on demand; rules walk it at most a difficulty window deep.
 */
export interface ChainEntry {
  readonly height: number;
  /** Unix seconds of the header. */
  readonly time: number;
  /** Compact target of the header. */
  readonly bits: number;
  readonly version: number;
  /** Block hash, wire order. */
  readonly hash: Uint8Array;
  /** null for the genesis block. */
  readonly parent: ChainEntry | null;
}

const MEDIAN_TIME_SPAN = 11;

/**
 * Median time past in Unix seconds: the middle of the times of the last 11 blocks ending with `entry`, or of as many as
 * there are; with an even number the later one of the middle (spec block-and-pow.md section 7).
 */
export function medianTimePast(entry: ChainEntry): number {
  const times: number[] = [];
  for (let block: ChainEntry | null = entry; block && times.length < MEDIAN_TIME_SPAN; block = block.parent) {
    times.push(block.time);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] as number;
}

/** The ancestor of `entry` (or `entry` itself) at `height`; null when the height is above it or below 0. */
export function ancestorAt(entry: ChainEntry, height: number): ChainEntry | null {
  if (height < 0 || height > entry.height) return null;
  let block: ChainEntry | null = entry;
  while (block && block.height > height) block = block.parent;
  return block;
}
