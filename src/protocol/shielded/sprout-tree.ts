import { fromDisplayHash } from "../bytes/index.ts";
import { emptyRoots } from "./empty-roots.ts";
import { decodeFrontier, type Frontier, IncrementalTree, type TreeHash } from "./incremental-tree.ts";
import { sha256Compress } from "./sha256-compress.ts";

export const SPROUT_TREE_DEPTH = 29;

/** Root of the Sprout tree before any JoinSplit, wire order. A known anchor from the start. */
export const EMPTY_SPROUT_ROOT: Uint8Array = fromDisplayHash(
  "59d2cde5e65c1414c32ba54f0fe4bdb3d67618125286e6a191317917c812c6d7",
);

const combine = (_level: number, left: Uint8Array, right: Uint8Array): Uint8Array => sha256Compress(left, right);

/** SHA-256 compressions over 32 zero bytes for an unused leaf; the level does not matter. */
export const SPROUT_TREE_HASH: TreeHash = { combine, emptyRoot: emptyRoots(new Uint8Array(32), combine) };

/** The tree of all Sprout note commitments of a chain, in the order of the JoinSplits. */
export class SproutTree extends IncrementalTree {
  constructor(frontier?: Frontier) {
    super(SPROUT_TREE_DEPTH, SPROUT_TREE_HASH, frontier);
  }

  clone(): SproutTree {
    const copy = new SproutTree(this.frontier);
    copy.copyRootFrom(this);
    return copy;
  }

  /**
   * Reads what {@link IncrementalTree.serialize} wrote.
   * @throws DecodeError for anything that the reference would refuse.
   */
  static deserialize(bytes: Uint8Array): SproutTree {
    return new SproutTree(decodeFrontier(bytes, SPROUT_TREE_DEPTH));
  }
}
