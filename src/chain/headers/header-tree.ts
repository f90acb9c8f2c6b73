import { bytesKey } from "../../protocol/bytes/index.ts";
import type { BlockHeader } from "../../protocol/primitives/index.ts";
import { blockWork } from "../../protocol/rules/index.ts";
import { HeaderNode } from "./header-node.ts";

/** One stored header. */
export interface HeaderRow {
  readonly id: number;
  readonly header: BlockHeader;
  readonly parentId: number;
  readonly height: number;
  readonly chainWork: bigint;
  readonly logicalTime: number | null;
  /** Copies the remaining stored fields into a fresh node. */
  fill(node: HeaderNode): void;
}

export interface HeaderBacking {
  byHash(hash: Uint8Array): HeaderRow | undefined;
  byId(id: number): HeaderRow | undefined;
  /** Rows of headers on which no other builds. */
  leaves(): HeaderRow[];
  highestId(): number;
}

/** Nodes held strongly while they are clean; older ones stay only as long as somebody holds them. */
const MAXIMUM_HELD_NODES = 4_000;

/** So many more may be loaded before the older ones are let go of, which takes a look at all of them. */
const SLACK = 4_000;

/**
 * All known headers. The recent ones are in memory, the others come from the store when asked for; one header is never two objects,
 * so a change made through one reference is seen through all.
 */
export class HeaderTree {
  private readonly backing: HeaderBacking;
  private readonly held = new Map<number, HeaderNode>();
  private readonly idsByHash = new Map<string, number>();
  private readonly weak = new Map<number, WeakRef<HeaderNode>>();
  private readonly collected = new FinalizationRegistry<number>((id) => {
    if (this.weak.get(id)?.deref() === undefined) this.weak.delete(id);
  });
  private readonly dirty = new Set<HeaderNode>();
  private readonly leafNodes = new Set<HeaderNode>();
  private nextId: number;

  constructor(backing: HeaderBacking) {
    this.backing = backing;
    this.nextId = backing.highestId() + 1;
    for (const row of backing.leaves()) this.leafNodes.add(this.adopt(row));
  }

  private adopt(row: HeaderRow): HeaderNode {
    const known = this.held.get(row.id) ?? this.weak.get(row.id)?.deref();
    if (known) return this.hold(known);
    const node = new HeaderNode(row.id, row.header, row.parentId, row.chainWork, row.height, (id) => this.byId(id));
    row.fill(node);
    return this.hold(node);
  }

  private hold(node: HeaderNode): HeaderNode {
    if (!this.held.has(node.id)) {
      this.held.set(node.id, node);
      this.idsByHash.set(bytesKey(node.hash), node.id);
      this.weak.delete(node.id);
      // Whoever reads headers of the whole chain need not wait for a flush, which may be long in coming.
      if (this.held.size > this.dirty.size + MAXIMUM_HELD_NODES + SLACK) this.release();
    }
    return node;
  }

  /** Lets go of the clean nodes that were loaded first. */
  private release(): void {
    let excess = this.held.size - this.dirty.size - MAXIMUM_HELD_NODES;
    for (const [id, node] of this.held) {
      if (excess <= 0) break;
      if (this.dirty.has(node)) continue;
      excess--;
      this.held.delete(id);
      this.idsByHash.delete(bytesKey(node.hash));
      node.forgetParent();
      this.weak.set(id, new WeakRef(node));
      this.collected.register(node, id);
    }
  }

  /** @throws Error for a row that does not exist: the store refers to it, so it is damaged. */
  byId(id: number): HeaderNode {
    const known = this.held.get(id) ?? this.weak.get(id)?.deref();
    if (known) return this.hold(known);
    const row = this.backing.byId(id);
    if (!row) throw new Error(`header ${id} is missing from the store`);
    return this.adopt(row);
  }

  get(hash: Uint8Array): HeaderNode | undefined {
    const id = this.idsByHash.get(bytesKey(hash));
    if (id !== undefined) return this.held.get(id);
    const row = this.backing.byHash(hash);
    return row ? this.adopt(row) : undefined;
  }

  /** Adds a header whose parent is known (null for genesis). */
  add(header: BlockHeader, parent: HeaderNode | null): HeaderNode {
    const work = (parent ? parent.chainWork : 0n) + blockWork(header);
    const height = parent ? parent.height + 1 : 0;
    const node = new HeaderNode(this.nextId++, header, parent ?? -1, work, height, (id) => this.byId(id));
    this.leafNodes.add(node);
    this.changed(node);
    if (parent?.leaf) {
      parent.leaf = false;
      this.leafNodes.delete(parent);
      this.changed(parent);
    }
    return node;
  }

  /** Marks a node for the next flush. */
  changed(node: HeaderNode): void {
    // Before it is held: what is not stored must not be let go of.
    this.dirty.add(node);
    this.hold(node);
  }

  get leaves(): ReadonlySet<HeaderNode> {
    return this.leafNodes;
  }

  /** Nodes to write, parents before children. */
  changes(): HeaderNode[] {
    return [...this.dirty].sort((a, b) => a.id - b.id);
  }

  flushed(): void {
    this.dirty.clear();
    this.release();
  }
}
