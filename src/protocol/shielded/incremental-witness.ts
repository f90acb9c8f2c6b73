import { type ByteReader, ByteWriter, DecodeError } from "../bytes/index.ts";
import { IncrementalTree, readFrontier, type TreeHash } from "./incremental-tree.ts";

/** Number of the next subtree to the right that is not filled, after `filled` of them are: its level. */
function nextLevel(tree: IncrementalTree, filled: number): number {
  const { left, right, parents } = tree.frontier;
  let skip = filled;
  if (left === null && skip-- === 0) return 0;
  if (right === null && skip-- === 0) return 0;
  for (const [i, parent] of parents.entries()) if (parent === null && skip-- === 0) return i + 1;
  return parents.length + 1 + skip;
}

/**
 * Follows the authentication path of one commitment while the tree grows behind it: the tree as it was right after the
 * commitment, and the subtrees filled since.
 */
export class IncrementalWitness {
  readonly #hash: TreeHash;
  readonly #tree: IncrementalTree;
  readonly #filled: Uint8Array[];
  #growing: IncrementalTree | null;
  #growingLevel: number;

  /** @param tree whose last commitment is followed. It is not changed and must not be changed. */
  constructor(
    tree: IncrementalTree,
    hash: TreeHash,
    filled: readonly Uint8Array[] = [],
    growing: IncrementalTree | null = null,
  ) {
    this.#hash = hash;
    this.#tree = tree;
    this.#filled = [...filled];
    this.#growing = growing;
    this.#growingLevel = nextLevel(tree, filled.length);
  }

  /** The commitment that is followed; null if the tree was empty. */
  get element(): Uint8Array | null {
    return this.#tree.last;
  }

  /** Its number in the tree, from 0. */
  get position(): number {
    return this.#tree.size - 1;
  }

  /**
   * Takes in the next commitment of the chain.
   * @throws RangeError when the tree is full.
   */
  append(commitment: Uint8Array): void {
    if (this.#growing === null) {
      this.#growingLevel = nextLevel(this.#tree, this.#filled.length);
      if (this.#growingLevel >= this.#tree.depth) throw new RangeError("the note commitment tree is full");
      if (this.#growingLevel === 0) {
        this.#filled.push(new Uint8Array(commitment));
        return;
      }
      this.#growing = new IncrementalTree(this.#tree.depth, this.#hash);
    }
    this.#growing.append(commitment);
    if (this.#growing.isComplete(this.#growingLevel)) {
      this.#filled.push(this.#growing.rootAt(this.#growingLevel));
      this.#growing = null;
    }
  }

  #later(): Uint8Array[] {
    return this.#growing === null ? this.#filled : [...this.#filled, this.#growing.rootAt(this.#growingLevel)];
  }

  /** The root of the whole tree so far. */
  root(): Uint8Array {
    return this.#tree.rootAt(this.#tree.depth, this.#later());
  }

  /**
   * Siblings from the leaf up, see {@link IncrementalTree.path}.
   * @throws RangeError if the tree was empty.
   */
  path(): { sibling: Uint8Array; isLeft: boolean }[] {
    return this.#tree.path(this.#later());
  }

  /** The reference's serialisation: tree, list of filled subtree roots, optional growing subtree. */
  serialize(): Uint8Array {
    const writer = new ByteWriter().fixed(this.#tree.serialize()).compactSize(this.#filled.length);
    for (const root of this.#filled) writer.fixed(root);
    writer.bool(this.#growing !== null);
    if (this.#growing !== null) writer.fixed(this.#growing.serialize());
    return writer.finish();
  }

  /**
   * Reads what {@link IncrementalWitness.serialize} wrote.
   * @throws DecodeError
   */
  static read(reader: ByteReader, depth: number, hash: TreeHash): IncrementalWitness {
    const tree = new IncrementalTree(depth, hash, readFrontier(reader, depth));
    const filled = Array.from({ length: reader.count(32) }, () => reader.fixed(32).slice());
    const flag = reader.u8();
    if (flag > 1) throw new DecodeError("flag of an optional subtree");
    const growing = flag === 0 ? null : new IncrementalTree(depth, hash, readFrontier(reader, depth));
    return new IncrementalWitness(tree, hash, filled, growing);
  }
}
