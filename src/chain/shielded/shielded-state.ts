import { bytesKey, equalBytes, keyBytes } from "../../protocol/bytes/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";
import { EMPTY_SAPLING_ROOT, EMPTY_SPROUT_ROOT, SaplingTree, SproutTree } from "../../protocol/shielded/index.ts";

export const Pool = { sprout: 0, sapling: 1 } as const;
export type PoolId = (typeof Pool)[keyof typeof Pool];

/** Stored nullifiers and commitment trees. */
export interface ShieldedBacking {
  hasNullifier(pool: PoolId, nullifier: Uint8Array): boolean;
  /** Serialised tree with this root. */
  anchor(pool: PoolId, root: Uint8Array): Uint8Array | undefined;
}

/** Root of both trees at one block. */
export interface TreeRoots {
  readonly sprout: Uint8Array;
  readonly sapling: Uint8Array;
}

/** Changes since the last flush; `null` and `false` mean removal. */
export interface ShieldedChanges {
  readonly nullifiers: readonly { readonly pool: PoolId; readonly nullifier: Uint8Array; readonly present: boolean }[];
  readonly anchors: readonly { readonly pool: PoolId; readonly root: Uint8Array; readonly tree: Uint8Array | null }[];
}

/** Key of one pool's item: pool number, then the bytes. */
function itemKey(pool: PoolId, bytes: Uint8Array): string {
  return String.fromCharCode(pool) + bytesKey(bytes);
}

/** Nullifiers spent and commitment trees at the tip, with what is not stored yet. */
export class ShieldedState {
  private readonly backing: ShieldedBacking;
  private readonly nullifiers = new Map<string, boolean>();
  private readonly anchors = new Map<string, Uint8Array | null>();
  private sproutTree: SproutTree;
  private saplingTree: SaplingTree;

  constructor(backing: ShieldedBacking, roots: TreeRoots) {
    this.backing = backing;
    this.sproutTree = this.requireSprout(roots.sprout);
    this.saplingTree = this.requireSapling(roots.sapling);
  }

  get roots(): TreeRoots {
    return { sprout: this.sproutTree.root(), sapling: this.saplingTree.root() };
  }

  get sproutCommitments(): number {
    return this.sproutTree.size;
  }

  private anchor(pool: PoolId, root: Uint8Array): Uint8Array | undefined {
    const pending = this.anchors.get(itemKey(pool, root));
    if (pending !== undefined) return pending ?? undefined;
    return this.backing.anchor(pool, root);
  }

  private sproutAt(root: Uint8Array): SproutTree | undefined {
    if (equalBytes(root, EMPTY_SPROUT_ROOT)) return new SproutTree();
    const stored = this.anchor(Pool.sprout, root);
    return stored && SproutTree.deserialize(stored);
  }

  private requireSprout(root: Uint8Array): SproutTree {
    const tree = this.sproutAt(root);
    if (!tree) throw new Error("the Sprout tree of the tip is missing from the store");
    return tree;
  }

  private hasSaplingAnchor(root: Uint8Array): boolean {
    return equalBytes(root, EMPTY_SAPLING_ROOT) || this.anchor(Pool.sapling, root) !== undefined;
  }

  private requireSapling(root: Uint8Array): SaplingTree {
    if (equalBytes(root, EMPTY_SAPLING_ROOT)) return new SaplingTree();
    const stored = this.anchor(Pool.sapling, root);
    if (!stored) throw new Error("the Sapling tree of the tip is missing from the store");
    return SaplingTree.deserialize(stored);
  }

  private isSpent(pool: PoolId, nullifier: Uint8Array): boolean {
    return this.nullifiers.get(itemKey(pool, nullifier)) ?? this.backing.hasNullifier(pool, nullifier);
  }

  /**
   * True if no nullifier of the transaction is spent and every anchor is a known root: of a tree after some block or, for JoinSplits,
   * one that an earlier JoinSplit of the same transaction makes (spec transactions.md section 10).
   */
  meetsRequirements(tx: Transaction): boolean {
    if (tx.joinSplits.length === 0 && tx.shieldedSpends.length === 0) return true;
    const intermediates = new Map<string, SproutTree>();
    for (const joinSplit of tx.joinSplits) {
      if (joinSplit.nullifiers.some((nullifier) => this.isSpent(Pool.sprout, nullifier))) return false;
      const tree = intermediates.get(bytesKey(joinSplit.anchor))?.clone() ?? this.sproutAt(joinSplit.anchor);
      if (!tree) return false;
      for (const commitment of joinSplit.commitments) tree.append(commitment);
      intermediates.set(bytesKey(tree.root()), tree);
    }
    return tx.shieldedSpends.every(
      (spend) => !this.isSpent(Pool.sapling, spend.nullifier) && this.hasSaplingAnchor(spend.anchor),
    );
  }

  private setNullifiers(tx: Transaction, present: boolean): void {
    for (const joinSplit of tx.joinSplits) {
      for (const nullifier of joinSplit.nullifiers) this.nullifiers.set(itemKey(Pool.sprout, nullifier), present);
    }
    for (const spend of tx.shieldedSpends) this.nullifiers.set(itemKey(Pool.sapling, spend.nullifier), present);
  }

  /** Spends the nullifiers of a transaction and appends its commitments to the trees. */
  connectTransaction(tx: Transaction): void {
    this.setNullifiers(tx, true);
    for (const joinSplit of tx.joinSplits)
      for (const commitment of joinSplit.commitments) this.sproutTree.append(commitment);
    for (const output of tx.shieldedOutputs) this.saplingTree.append(output.cmu);
  }

  /** Takes back the nullifiers of a transaction; the trees go back with {@link rewindTrees}. */
  disconnectTransaction(tx: Transaction): void {
    this.setNullifiers(tx, false);
  }

  /** Remembers the trees after a block as anchors, if the block changed them from `before`. */
  finishBlock(before: TreeRoots): void {
    const { sprout, sapling } = this.roots;
    if (!equalBytes(before.sprout, sprout)) this.anchors.set(itemKey(Pool.sprout, sprout), this.sproutTree.serialize());
    if (!equalBytes(before.sapling, sapling))
      this.anchors.set(itemKey(Pool.sapling, sapling), this.saplingTree.serialize());
  }

  /** Makes the trees those of an earlier block and forgets the anchors of the block being taken back. */
  rewindTrees(target: TreeRoots): void {
    const { sprout, sapling } = this.roots;
    if (!equalBytes(target.sprout, sprout)) {
      this.anchors.set(itemKey(Pool.sprout, sprout), null);
      this.sproutTree = this.requireSprout(target.sprout);
    }
    if (!equalBytes(target.sapling, sapling)) {
      this.anchors.set(itemKey(Pool.sapling, sapling), null);
      this.saplingTree = this.requireSapling(target.sapling);
    }
  }

  changes(): ShieldedChanges {
    const split = (key: string) => ({ pool: key.charCodeAt(0) as PoolId, bytes: keyBytes(key.slice(1)) });
    return {
      nullifiers: [...this.nullifiers].map(([key, present]) => {
        const { pool, bytes } = split(key);
        return { pool, nullifier: bytes, present };
      }),
      anchors: [...this.anchors].map(([key, tree]) => {
        const { pool, bytes } = split(key);
        return { pool, root: bytes, tree };
      }),
    };
  }

  flushed(): void {
    this.nullifiers.clear();
    this.anchors.clear();
  }
}
