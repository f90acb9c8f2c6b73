import { ByteReader, ByteWriter, DecodeError } from "../bytes/index.ts";

/** What makes a note commitment tree of one pool: its node hash. All nodes are 32 bytes in wire order. */
export interface TreeHash {
  /** The parent of two nodes at `level`; leaves are at level 0. */
  combine(level: number, left: Uint8Array, right: Uint8Array): Uint8Array;
  /** The node at `level` above nothing but unused leaves. */
  emptyRoot(level: number): Uint8Array;
}

/** The part of a tree that later appends need: the last leaf pair and the finished left subtrees above it. */
export interface Frontier {
  readonly left: Uint8Array | null;
  readonly right: Uint8Array | null;
  /** Entry i is a finished subtree of 2^(i+1) leaves, null where there is none; the last entry is never null. */
  readonly parents: readonly (Uint8Array | null)[];
}

const EMPTY_FRONTIER: Frontier = { left: null, right: null, parents: [] };

/** Gives the subtrees to the right of a frontier, from the leaves up: first the known ones, then empty ones. */
function fillerOf(known: readonly Uint8Array[], hash: TreeHash): (level: number) => Uint8Array {
  let used = 0;
  return (level) => known[used++] ?? hash.emptyRoot(level);
}

/**
 * An append-only Merkle tree of fixed depth that keeps its frontier only. Nodes handed in are copied; nodes handed out are not
 * to be changed.
 */
export class IncrementalTree {
  readonly depth: number;
  protected readonly hash: TreeHash;
  #left: Uint8Array | null;
  #right: Uint8Array | null;
  #parents: (Uint8Array | null)[];
  #root: Uint8Array | null = null;

  constructor(depth: number, hash: TreeHash, frontier: Frontier = EMPTY_FRONTIER) {
    this.depth = depth;
    this.hash = hash;
    this.#left = frontier.left;
    this.#right = frontier.right;
    this.#parents = [...frontier.parents];
  }

  get frontier(): Frontier {
    return { left: this.#left, right: this.#right, parents: [...this.#parents] };
  }

  get isEmpty(): boolean {
    return this.#left === null;
  }

  /** Number of commitments. */
  get size(): number {
    let size = (this.#left === null ? 0 : 1) + (this.#right === null ? 0 : 1);
    for (let i = 0; i < this.#parents.length; i++) if (this.#parents[i] !== null) size += 2 ** (i + 1);
    return size;
  }

  /** True if the subtree of 2^level leaves that the frontier lies in has no free leaf and nothing is above it. */
  isComplete(level = this.depth): boolean {
    if (this.#left === null || this.#right === null) return false;
    return this.#parents.length === level - 1 && this.#parents.every((parent) => parent !== null);
  }

  /** The commitment appended last; null in an empty tree. */
  get last(): Uint8Array | null {
    return this.#right ?? this.#left;
  }

  /**
   * Appends a note commitment of 32 bytes.
   * @throws RangeError for another length and when the tree is full.
   */
  append(commitment: Uint8Array): void {
    if (commitment.length !== 32) throw new RangeError("a note commitment has 32 bytes");
    if (this.isComplete()) throw new RangeError("the note commitment tree is full");
    this.#root = null;
    const leaf = new Uint8Array(commitment);
    if (this.#left === null) {
      this.#left = leaf;
    } else if (this.#right === null) {
      this.#right = leaf;
    } else {
      const pair = this.hash.combine(0, this.#left, this.#right);
      this.#left = leaf;
      this.#right = null;
      this.#carry(pair);
    }
  }

  /** Adds a finished pair to the parents like a bit to a binary counter. */
  #carry(pair: Uint8Array): void {
    let carried = pair;
    let i = 0;
    for (; i < this.#parents.length; i++) {
      const parent = this.#parents[i] ?? null;
      if (parent === null) break;
      carried = this.hash.combine(i + 1, parent, carried);
      this.#parents[i] = null;
    }
    this.#parents[i] = carried;
  }

  /** The root with all leaves that are not yet there empty; 32 bytes, wire order. */
  root(): Uint8Array {
    this.#root ??= this.isEmpty ? this.hash.emptyRoot(this.depth) : this.rootAt(this.depth);
    return this.#root;
  }

  /**
   * The root of the lowest `level` levels.
   * @param later subtrees that were filled to the right of the frontier, from the leaves up.
   */
  rootAt(level: number, later: readonly Uint8Array[] = []): Uint8Array {
    const filler = fillerOf(later, this.hash);
    const left = this.#left ?? filler(0);
    let node = this.hash.combine(0, left, this.#right ?? filler(0));
    for (let at = 1; at < Math.max(level, this.#parents.length + 1); at++) {
      const parent = this.#parents[at - 1] ?? null;
      node = parent === null ? this.hash.combine(at, node, filler(at)) : this.hash.combine(at, parent, node);
    }
    return node;
  }

  /**
   * The siblings on the way from the last commitment to the root, from the leaves up, and for each whether it lies to the left.
   * @param later as in {@link rootAt}.
   * @throws RangeError for an empty tree.
   */
  path(later: readonly Uint8Array[] = []): { sibling: Uint8Array; isLeft: boolean }[] {
    if (this.#left === null) throw new RangeError("an empty tree has no path");
    const filler = fillerOf(later, this.hash);
    // Level 0 has the left leaf where the levels above have finished subtrees: a sibling only if the commitment is to its right.
    const lefts = [this.#right === null ? null : this.#left, ...this.#parents];
    return Array.from({ length: this.depth }, (_, level) => {
      const left = lefts[level] ?? null;
      return left === null ? { sibling: filler(level), isLeft: false } : { sibling: left, isLeft: true };
    });
  }

  /** Takes over what `other` has computed; for copies. */
  protected copyRootFrom(other: IncrementalTree): void {
    this.#root = other.#root;
  }

  /** The reference's serialisation: optional left, optional right, list of optional parents. */
  serialize(): Uint8Array {
    const writer = new ByteWriter(2 + 33 * (2 + this.#parents.length));
    writeOptionalNode(writer, this.#left);
    writeOptionalNode(writer, this.#right);
    writer.compactSize(this.#parents.length);
    for (const parent of this.#parents) writeOptionalNode(writer, parent);
    return writer.finish();
  }
}

function writeOptionalNode(writer: ByteWriter, node: Uint8Array | null): void {
  writer.bool(node !== null);
  if (node !== null) writer.fixed(node);
}

function readOptionalNode(reader: ByteReader): Uint8Array | null {
  const present = reader.u8();
  if (present > 1) throw new DecodeError("flag of an optional tree node");
  return present === 1 ? reader.fixed(32).slice() : null;
}

/**
 * Reads a frontier and checks that a tree of this depth can have it.
 * @throws DecodeError
 */
export function readFrontier(reader: ByteReader, depth: number): Frontier {
  const left = readOptionalNode(reader);
  const right = readOptionalNode(reader);
  const parentCount = reader.count(1);
  if (parentCount >= depth) throw new DecodeError("note commitment tree with too many parents");
  const parents = Array.from({ length: parentCount }, () => readOptionalNode(reader));
  if (parents.at(-1) === null) throw new DecodeError("note commitment tree whose last parent is empty");
  if (left === null && (right !== null || parents.length > 0))
    throw new DecodeError("note commitment tree without left leaf");
  return { left, right, parents };
}

/**
 * A frontier that fills `bytes` exactly.
 * @throws DecodeError
 */
export function decodeFrontier(bytes: Uint8Array, depth: number): Frontier {
  const reader = new ByteReader(bytes);
  const frontier = readFrontier(reader, depth);
  if (reader.remaining > 0) throw new DecodeError("bytes after a note commitment tree");
  return frontier;
}
