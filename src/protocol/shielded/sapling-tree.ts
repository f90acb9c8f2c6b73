import { fromDisplayHash } from "../bytes/index.ts";
import { emptyRoots } from "./empty-roots.ts";
import { decodeFrontier, type Frontier, IncrementalTree, type TreeHash } from "./incremental-tree.ts";
import { saplingMerkleHash } from "./lazy.ts";

export const SAPLING_TREE_DEPTH = 32;

/** Root of the Sapling tree before any output, wire order: the final Sapling root of every block up to the first output. */
export const EMPTY_SAPLING_ROOT: Uint8Array = fromDisplayHash(
  "3e49b5f954aa9d3545bc6c37744661eea48d7c34e3000d82b7f0010c30f4c2fb",
);

/** 1 is not the u-coordinate of any point of the curve, so no note can have this commitment. */
const UNCOMMITTED = Uint8Array.of(1, ...new Uint8Array(31));

const computedEmptyRoot = emptyRoots(UNCOMMITTED, saplingMerkleHash);

/** Pedersen hashes that differ from level to level. */
export const SAPLING_TREE_HASH: TreeHash = {
  combine: saplingMerkleHash,
  // A chain without outputs asks for this root in every block and must not load the curve for it.
  emptyRoot: (level) => (level === SAPLING_TREE_DEPTH ? EMPTY_SAPLING_ROOT : computedEmptyRoot(level)),
};

/** The tree of all Sapling note commitments of a chain, in the order of the outputs. */
export class SaplingTree extends IncrementalTree {
  constructor(frontier?: Frontier) {
    super(SAPLING_TREE_DEPTH, SAPLING_TREE_HASH, frontier);
  }

  clone(): SaplingTree {
    const copy = new SaplingTree(this.frontier);
    copy.copyRootFrom(this);
    return copy;
  }

  /**
   * Reads what {@link IncrementalTree.serialize} wrote.
   * @throws DecodeError for anything that the reference would refuse.
   */
  static deserialize(bytes: Uint8Array): SaplingTree {
    return new SaplingTree(decodeFrontier(bytes, SAPLING_TREE_DEPTH));
  }
}
