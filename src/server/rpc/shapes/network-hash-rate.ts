import type { ChainReader, HeaderEntry } from "../context.ts";

/** Blocks that the hash rate is measured over unless told otherwise. */
export const DEFAULT_LOOKUP = 120;

const LIMB = 4294967296;
const MASK = 0xffffffffn;

/** A work number as a double, summed limb by limb so that it rounds like the reference's. */
function toDouble(work: bigint): number {
  let sum = 0;
  let factor = 1;
  for (let rest = work; rest > 0n; rest >>= 32n) {
    sum += factor * Number(rest & MASK);
    factor *= LIMB;
  }
  return sum;
}

/**
 * Work per second over `lookup` blocks (the difficulty window if not positive) up to `height` (the tip if negative or above it).
 */
export function networkHashRate(reader: ChainReader, lookup: number, height = -1): bigint {
  const last = height >= 0 && height < reader.tip.height ? reader.entryAt(height) : reader.tip;
  if (!last || last.height === 0) return 0n;
  const wanted = lookup <= 0 ? reader.params.digishieldAveragingWindow : lookup;
  let first: HeaderEntry = last;
  let earliest = last.time;
  let latest = last.time;
  for (let i = Math.min(wanted, last.height); i > 0 && first.parent; i--) {
    first = first.parent;
    earliest = Math.min(earliest, first.time);
    latest = Math.max(latest, first.time);
  }
  if (earliest === latest) return 0n;
  return BigInt(Math.trunc(toDouble(last.chainWork - first.chainWork) / (latest - earliest)));
}
