import { bytesKey } from "../bytes/index.ts";
import { type PedersenSum, pedersenDigest, pedersenSum } from "./pedersen-hash.ts";

/** Bits of a node that enter the hash; the top bit of the last byte does not. */
const NODE_BITS = 255;
const LEVEL_BITS = 6;
/** 6 + 255 bits fill the chunks before this one exactly, so the right node starts on a window of its own. */
const RIGHT_FIRST_CHUNK = (LEVEL_BITS + NODE_BITS) / 3;

/** How many half hashes are kept. The inner nodes of a growing tree come back for every block, as do the empty roots. */
const MAX_CACHED_HALVES = 256;
const leftHalves = new Map<string, PedersenSum>();
const rightHalves = new Map<string, PedersenSum>();

function leftHalf(level: number, node: Uint8Array): PedersenSum {
  const bits = new Uint8Array(34);
  bits[0] = level;
  for (let i = 0; i < 32; i++) {
    const byte = i === 31 ? (node[i] as number) & 0x7f : (node[i] as number);
    bits[i] = (bits[i] as number) | ((byte << LEVEL_BITS) & 0xff);
    bits[i + 1] = byte >> (8 - LEVEL_BITS);
  }
  return pedersenSum(bits, LEVEL_BITS + NODE_BITS);
}

function rightHalf(node: Uint8Array): PedersenSum {
  const bits = node.slice();
  bits[31] = (bits[31] as number) & 0x7f;
  return pedersenSum(bits, NODE_BITS, RIGHT_FIRST_CHUNK);
}

function cached(halves: Map<string, PedersenSum>, key: string, compute: () => PedersenSum): PedersenSum {
  const known = halves.get(key);
  // Taking it out and in again keeps the map ordered by last use.
  if (known !== undefined) halves.delete(key);
  const half = known ?? compute();
  halves.set(key, half);
  if (halves.size > MAX_CACHED_HALVES) halves.delete(halves.keys().next().value as string);
  return half;
}

/**
 * The Pedersen hash of two nodes of the Sapling tree.
 * @param level of the two nodes: 0 for leaves, 31 for the children of the root.
 * @param left 32 bytes, wire order. Its top bit is ignored and it need not be below the field order, as in the reference.
 * @param right like `left`.
 */
export function saplingMerkleHash(level: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new RangeError("a Sapling tree node has 32 bytes");
  return pedersenDigest(
    cached(leftHalves, `${level} ${bytesKey(left)}`, () => leftHalf(level, left)),
    cached(rightHalves, bytesKey(right), () => rightHalf(right)),
  );
}
