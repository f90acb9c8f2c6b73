import type { BlockOutcome, ChainView } from "../../chain/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import type { Peer } from "../peer/peer.ts";

export interface BlockIntakeOptions {
  readonly view: ChainView;
  readonly submit: (block: Block) => Promise<BlockOutcome>;
  /** True if a block (key of its hash) was asked for and did not come yet. */
  readonly isRequested: (key: string) => boolean;
  /** Told before a block is judged. */
  readonly onHandIn: (source: Peer, key: string) => void;
  /** Told of every verdict. */
  readonly onOutcome: (source: Peer, block: Block, outcome: BlockOutcome) => void;
  readonly onError: (error: unknown) => void;
}

interface EarlyBlock {
  readonly source: Peer;
  readonly block: Block;
  readonly key: string;
}

/** Blocks under judgement, and their bytes, at which peers have to wait: enough to overlap, little to hold in memory. */
const PENDING_BLOCKS = 24;
const PENDING_BYTES = 8_000_000;
/** Bytes of blocks that wait in memory for the ones before them. */
const EARLY_LIMIT = 32_000_000;

/**
 * Hands blocks from peers to the chain: several at once, in the order of the chain where they come in another, and never more
 * than fit into a bounded part of the memory.
 */
export class BlockIntake {
  private readonly options: BlockIntakeOptions;
  /** Keys of blocks under judgement. */
  private readonly pending = new Set<string>();
  private readonly early = new Map<string, EarlyBlock[]>();
  private readonly earlyKeys = new Set<string>();
  private pendingBytes = 0;
  private earlyBytes = 0;
  private waiters: (() => void)[] = [];
  private closed = false;

  constructor(options: BlockIntakeOptions) {
    this.options = options;
  }

  /** True if no block is here or waits. */
  get isIdle(): boolean {
    return this.pending.size === 0 && this.earlyKeys.size === 0;
  }

  /** True if the block is here and not judged yet. */
  has(key: string): boolean {
    return this.pending.has(key) || this.earlyKeys.has(key);
  }

  /** Takes a block; resolves when there is room for more. */
  add(source: Peer, block: Block): Promise<void> {
    const key = bytesKey(block.header.hash);
    if (this.closed || this.has(key)) return Promise.resolve();
    if (this.isParentHere(block)) this.handIn({ source, block, key });
    else if (this.earlyBytes + block.raw.length <= EARLY_LIMIT) this.wait({ source, block, key });
    else if (this.options.view.entry(block.header.hash)) this.handIn({ source, block, key });
    // A block whose place nobody knows is asked for again when its time has come.
    return this.room();
  }

  private isParentHere({ header }: Block): boolean {
    const { view, isRequested } = this.options;
    const parent = bytesKey(header.prevHash);
    if (this.pending.has(parent)) return true;
    const entry = view.entry(header.prevHash);
    if (entry) return entry.hasData || view.isActive(entry);
    return !this.earlyKeys.has(parent) && !isRequested(parent);
  }

  private wait(early: EarlyBlock): void {
    const parent = bytesKey(early.block.header.prevHash);
    const siblings = this.early.get(parent);
    if (siblings) siblings.push(early);
    else this.early.set(parent, [early]);
    this.earlyKeys.add(early.key);
    this.earlyBytes += early.block.raw.length;
  }

  /** Takes the blocks off that wait for a parent. */
  private takeEarly(parent: string): EarlyBlock[] {
    const children = this.early.get(parent) ?? [];
    this.early.delete(parent);
    for (const { key, block } of children) {
      this.earlyKeys.delete(key);
      this.earlyBytes -= block.raw.length;
    }
    return children;
  }

  private handIn(first: EarlyBlock): void {
    for (const queue = [first]; queue.length > 0; ) {
      const each = queue.shift() as EarlyBlock;
      void this.judge(each);
      queue.push(...this.takeEarly(each.key));
    }
  }

  private async judge({ source, block, key }: EarlyBlock): Promise<void> {
    this.options.onHandIn(source, key);
    this.pending.add(key);
    this.pendingBytes += block.raw.length;
    let outcome: BlockOutcome | null = null;
    try {
      outcome = await this.options.submit(block);
    } catch (error) {
      this.options.onError(error);
    }
    this.pending.delete(key);
    this.pendingBytes -= block.raw.length;
    if (this.hasRoom) for (const wake of this.waiters.splice(0)) wake();
    if (outcome && !this.closed) this.options.onOutcome(source, block, outcome);
  }

  private get hasRoom(): boolean {
    return this.pending.size < PENDING_BLOCKS && this.pendingBytes < PENDING_BYTES;
  }

  /** Resolves when more blocks may come. */
  room(): Promise<void> {
    if (this.hasRoom || this.closed) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Hands in the blocks that waited for a block that came another way. */
  parentArrived(parent: string): void {
    for (const each of this.takeEarly(parent)) this.handIn(each);
  }

  /** Forgets the blocks that wait for one that was refused. */
  dropEarly(parent: string): void {
    for (const queue = [parent]; queue.length > 0; ) {
      for (const { key } of this.takeEarly(queue.shift() as string)) queue.push(key);
    }
  }

  /** Takes no more blocks. */
  close(): void {
    this.closed = true;
    this.early.clear();
    this.earlyKeys.clear();
    for (const wake of this.waiters.splice(0)) wake();
  }
}
