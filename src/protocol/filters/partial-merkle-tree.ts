import { type ByteReader, type ByteWriter, concatBytes, equalBytes } from "../bytes/index.ts";
import { sha256d } from "../crypto/index.ts";

/** The smallest transaction that the reference thinks possible bounds how many a block can hold. */
const MAX_TRANSACTIONS = Math.floor(2_000_000 / 60);
const HASH_SIZE = 32;

/** Nodes of a block's merkle tree at a height above the leaves. */
function width(count: number, height: number): number {
  return Math.ceil(count / 2 ** height);
}

function treeHeight(count: number): number {
  let height = 0;
  while (width(count, height) > 1) height++;
  return height;
}

/** The node over leaves at a height, the last one doubled where there is an odd number. */
function nodeHash(leaves: readonly Uint8Array[], height: number, position: number): Uint8Array {
  if (height === 0) return leaves[position] as Uint8Array;
  const left = nodeHash(leaves, height - 1, position * 2);
  const paired = position * 2 + 1 < width(leaves.length, height - 1);
  return sha256d(concatBytes(left, paired ? nodeHash(leaves, height - 1, position * 2 + 1) : left));
}

/** Writes the branches of a merkle tree that prove some of its leaves (spec p2p.md, merkle blocks). */
export function writePartialMerkleTree(
  writer: ByteWriter,
  leaves: readonly Uint8Array[],
  matches: readonly boolean[],
): void {
  const bits: boolean[] = [];
  const hashes: Uint8Array[] = [];
  const visit = (height: number, position: number): void => {
    const matched = matches.slice(position << height, (position + 1) << height).includes(true);
    bits.push(matched);
    if (height === 0 || !matched) {
      hashes.push(nodeHash(leaves, height, position));
      return;
    }
    visit(height - 1, position * 2);
    if (position * 2 + 1 < width(leaves.length, height - 1)) visit(height - 1, position * 2 + 1);
  };
  visit(treeHeight(leaves.length), 0);
  writer.u32(leaves.length).compactSize(hashes.length);
  for (const hash of hashes) writer.fixed(hash);
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) packed[i >> 3] = (packed[i >> 3] as number) | (1 << (i & 7));
  });
  writer.varBytes(packed);
}

/** What a partial merkle tree proves. Hashes in wire order. */
export interface MerkleProof {
  readonly root: Uint8Array;
  readonly matches: readonly Uint8Array[];
}

/** The fields as they stand on the wire, unchecked. */
interface PartialTree {
  readonly count: number;
  readonly hashes: readonly Uint8Array[];
  readonly flags: Uint8Array;
}

function readFields(reader: ByteReader): PartialTree {
  const count = reader.u32();
  const hashes = Array.from({ length: reader.count(HASH_SIZE) }, () => reader.fixed(HASH_SIZE));
  return { count, hashes, flags: reader.varBytes() };
}

/** Walks the branches; null where they contradict themselves. */
function extract({ count, hashes, flags }: PartialTree): MerkleProof | null {
  const bitCount = flags.length * 8;
  let bitsUsed = 0;
  let hashesUsed = 0;
  const matches: Uint8Array[] = [];
  const visit = (height: number, position: number): Uint8Array | null => {
    if (bitsUsed >= bitCount) return null;
    const bit = bitsUsed++;
    const parent = ((flags[bit >> 3] as number) & (1 << (bit & 7))) !== 0;
    if (height === 0 || !parent) {
      const hash = hashes[hashesUsed++];
      if (!hash) return null;
      if (height === 0 && parent) matches.push(hash);
      return hash;
    }
    const left = visit(height - 1, position * 2);
    if (!left) return null;
    if (position * 2 + 1 >= width(count, height - 1)) return sha256d(concatBytes(left, left));
    const right = visit(height - 1, position * 2 + 1);
    // Equal halves would let a proof count a transaction twice.
    return right && !equalBytes(left, right) ? sha256d(concatBytes(left, right)) : null;
  };
  const root = visit(treeHeight(count), 0);
  const complete = Math.ceil(bitsUsed / 8) === flags.length && hashesUsed === hashes.length;
  return root && complete ? { root, matches } : null;
}

/**
 * Reads a partial merkle tree; null for one that proves nothing.
 * @throws DecodeError when the bytes end too early
 */
export function readPartialMerkleTree(reader: ByteReader): MerkleProof | null {
  const tree = readFields(reader);
  const { count, hashes, flags } = tree;
  if (count === 0 || count > MAX_TRANSACTIONS || hashes.length > count || flags.length * 8 < hashes.length) return null;
  return extract(tree);
}
