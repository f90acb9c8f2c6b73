import { atOnce, type Clock, releaseMemory, type Step } from "../../platform/index.ts";
import { type DelegateSet, type FluxnodeRecord, type NodeDelta, NodeTable } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { type Block, decodeBlock, type OutPoint, outPointKey } from "../../protocol/primitives/index.ts";
import { EMPTY_SAPLING_ROOT, EMPTY_SPROUT_ROOT } from "../../protocol/shielded/index.ts";
import { type BlockUndo, decodeSpentBy, decodeUndo } from "../blocks/block-undo.ts";
import { CoinSet, type SpentCoin } from "../coins/index.ts";
import { type HeaderNode, HeaderTree } from "../headers/index.ts";
import { ChainIndexes } from "../indexes/index.ts";
import { ShieldedState } from "../shielded/shielded-state.ts";
import { type BlockStore, type ChainStore, plainBytes, type StoreChanges } from "../store/index.ts";
import { ActiveChain } from "./active-chain.ts";

export interface ChainStateOptions {
  readonly params: NetworkParams;
  readonly clock: Clock;
  readonly store: ChainStore;
  readonly blocks: BlockStore;
  /** Keep transaction, address and spent indexes. */
  readonly indexes: boolean;
}

/** Changes held back before a flush writes them, in coin and index rows. */
const MAXIMUM_PENDING = 30_000;
/** Raw block bytes and undo records held back before a flush writes them. */
const MAXIMUM_PENDING_BYTES = 4_000_000;

/** Time after which a flush writes what there is, so that a kill or a power cut costs little. */
const MAXIMUM_PENDING_MILLIS = 5_000;

/** A flush of this size leaves enough garbage behind to be collected at once. */
const LARGE_FLUSH_BYTES = 1_000_000;

/** Everything the engine knows about its chain, in memory and on disk, and the one place that writes it. */
export class ChainState {
  readonly params: NetworkParams;
  readonly clock: Clock;
  readonly tree: HeaderTree;
  readonly active: ActiveChain;
  readonly coins: CoinSet;
  readonly shielded: ShieldedState;
  readonly nodes: NodeTable;
  readonly indexes: ChainIndexes | null;
  readonly blocks: BlockStore;
  readonly store: ChainStore;
  private readonly undoChanges = new Map<number, Uint8Array | null>();
  private readonly nodeChanges = new Map<string, { collateral: OutPoint; record: FluxnodeRecord | null }>();
  private readonly delegateChanges = new Map<string, { collateral: OutPoint; set: DelegateSet | null }>();
  private pendingBytes = 0;
  private writing = false;
  private lastFlush: number;

  constructor(options: ChainStateOptions) {
    this.params = options.params;
    this.clock = options.clock;
    this.lastFlush = options.clock.monotonicMillis();
    this.store = options.store;
    this.blocks = options.blocks;
    this.tree = new HeaderTree(this.store.headers);
    const tipId = this.store.meta("tip") as number | undefined;
    const tip = tipId === undefined ? null : this.tree.byId(tipId);
    this.active = new ActiveChain({ at: (height) => this.storedActive(height) }, tip);
    this.coins = new CoinSet(this.store);
    this.shielded = new ShieldedState(this.store, {
      sprout: tip?.sproutRoot ?? EMPTY_SPROUT_ROOT,
      sapling: this.saplingRootAfter(tip),
    });
    this.nodes = new NodeTable();
    this.store.loadNodes(this.nodes);
    this.indexes = options.indexes ? new ChainIndexes(this.store.indexes) : null;
  }

  private storedActive(height: number): HeaderNode | undefined {
    const id = this.store.headers.activeId(height);
    return id === undefined ? undefined : this.tree.byId(id);
  }

  /** Sapling root after a block: its header says it from ACADIA on; before, there are no Sapling outputs. */
  saplingRootAfter(node: HeaderNode | null): Uint8Array {
    const { acadia } = this.params.heights;
    return node && acadia >= 0 && node.height >= acadia ? node.header.finalSaplingRoot : EMPTY_SAPLING_ROOT;
  }

  rawBlock(node: HeaderNode): Uint8Array | undefined {
    return node.hasData ? this.blocks.get(node.hash) : undefined;
  }

  /** @throws Error if the bytes of a block that should be there are not. */
  requireBlock(node: HeaderNode): Block {
    const raw = this.rawBlock(node);
    if (!raw) throw new Error(`block ${node.height} is missing from the store`);
    return decodeBlock(new Uint8Array(raw));
  }

  /** Lets `look` read what is stored many times for less than each time alone would cost. It must not wait for anything. */
  reading<T>(look: () => T): T {
    return this.store.reading(() => this.blocks.reading(look));
  }

  storeBlock(node: HeaderNode, raw: Uint8Array): void {
    this.blocks.put(node.hash, raw);
    this.pendingBytes += raw.length;
  }

  private undoRecord(node: HeaderNode): Uint8Array | undefined {
    const pending = this.undoChanges.get(node.id);
    const record = pending === undefined ? this.store.undo(node.id) : pending;
    return record ? plainBytes(record) : undefined;
  }

  undo(node: HeaderNode): BlockUndo | undefined {
    const record = this.undoRecord(node);
    return record && decodeUndo(record);
  }

  /** Outputs that the block's transaction at a position spent, per input; undefined if the block was never connected. */
  spentBy(node: HeaderNode, position: number): SpentCoin[] | undefined {
    const record = this.undoRecord(node);
    return record && decodeSpentBy(record, position);
  }

  setUndo(node: HeaderNode, record: Uint8Array | null): void {
    this.undoChanges.set(node.id, record);
    this.pendingBytes += record?.length ?? 0;
  }

  /** Remembers which nodes a delta touched, so that the next flush writes their state then. */
  noteNodeChanges(delta: NodeDelta, direction: "after" | "before"): void {
    for (const change of delta.nodes) {
      this.nodeChanges.set(outPointKey(change.outpoint), { collateral: change.outpoint, record: change[direction] });
    }
    for (const change of delta.delegates) {
      this.delegateChanges.set(outPointKey(change.outpoint), { collateral: change.outpoint, set: change[direction] });
    }
  }

  /** True if as much is held back as should be in memory. */
  get holdsMuch(): boolean {
    const rows = this.coins.dirtyCount + (this.indexes?.pendingCount ?? 0);
    return rows > MAXIMUM_PENDING || this.pendingBytes > MAXIMUM_PENDING_BYTES;
  }

  /** True if what is held back should be written, because it is much or waited for long. */
  get shouldFlush(): boolean {
    return this.holdsMuch || this.clock.monotonicMillis() - this.lastFlush > MAXIMUM_PENDING_MILLIS;
  }

  /**
   * Makes the present state durable: block bytes first, then everything else in one storage transaction, then blocks that go.
   * @throws FluxError when the disk refuses; the stored state is then the one of the last flush.
   */
  flush(meta: StoreChanges["meta"] = {}): void {
    atOnce(this.flushSteps(meta));
  }

  /** {@link flush} step by step. Between the steps this state may be read, because what is held back covers what is stored, but not be changed. */
  *flushSteps(meta: StoreChanges["meta"] = {}): Generator<Step> {
    const tip = this.active.tip;
    this.writing = true;
    yield* this.blocks.commit();
    yield* this.store.commit(this.changes(tip ? { ...meta, tip: tip.id } : meta));
    yield* this.blocks.commitDeletions();
    this.tree.flushed();
    this.active.flushed();
    yield* this.coins.flushed();
    this.undoChanges.clear();
    this.shielded.flushed();
    this.nodeChanges.clear();
    this.delegateChanges.clear();
    this.indexes?.flushed();
    if (this.pendingBytes > LARGE_FLUSH_BYTES) {
      yield "turn";
      releaseMemory();
    }
    this.pendingBytes = 0;
    this.lastFlush = this.clock.monotonicMillis();
    this.writing = false;
  }

  /** What the store lacks of the present state. */
  changes(meta: StoreChanges["meta"]): StoreChanges {
    return {
      headers: this.tree.changes(),
      active: this.active.changes(),
      coins: this.coins.changes(),
      undo: this.undoChanges,
      shielded: this.shielded.changes(),
      nodes: { nodes: [...this.nodeChanges.values()], delegates: [...this.delegateChanges.values()] },
      indexes: this.indexes?.changes() ?? null,
      meta,
    };
  }

  /** True if a flush failed: what it should have written is lost, so this state must not be used any more. */
  get failedToWrite(): boolean {
    return this.writing;
  }

  /** The state of the last flush without indexes, beside this one: it may be changed, but must never be written. */
  sibling(): ChainState {
    const { params, clock, store, blocks } = this;
    return new ChainState({ params, clock, store, blocks, indexes: false });
  }

  /** Closes the store without writing. */
  close(): void {
    this.blocks.close();
    this.store.close();
  }
}
