import { type Clock, FluxError } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { type Block, type BlockHeader, decodeBlock } from "../protocol/primitives/index.ts";
import { ancestorAt, type Reject } from "../protocol/rules/index.ts";
import { type AcceptContext, acceptHeader } from "./accept-block.ts";
import type { BlockOutcome } from "./block-outcome.ts";
import { ChainEngine, type RefusedBlock, type TipChange } from "./chain-engine.ts";
import { chainFailure, readFailure } from "./chain-failure.ts";
import type { ChainReader } from "./chain-reader.ts";
import type { ChainState } from "./chain-state.ts";
import { ChainView } from "./chain-view.ts";
import { ChainTimings } from "./duration-histogram.ts";
import type { HeaderNode } from "./headers/index.ts";
import { SnapshotHistory } from "./history/snapshot-history.ts";
import { type MempoolChange, PoolKeeper, type PoolKeeperOptions, TransactionPool } from "./mempool/index.ts";
import { type BlockSpace, type BlockTemplate, type TemplateWishes, testBlock, testedTemplate } from "./mining/index.ts";
import { type OpenStateOptions, openState } from "./open-state.ts";
import { SerialQueue } from "./serial-queue.ts";
import { ShieldedVerifier } from "./shielded-verifier.ts";
import { type WrittenSnapshot, writeSnapshot } from "./snapshot/index.ts";
import { StateReader } from "./state-reader.ts";
import { StoredBlocks } from "./stored-blocks.ts";
import { type HeadersOutcome, verifySolutions } from "./submit-headers.ts";
import { type VerifyReport, verifyChain } from "./verify-chain.ts";

export interface ChainOptions extends OpenStateOptions {
  /** Threads for shielded proofs at most. */
  readonly shieldedThreads?: number;
  /** Keep about this many bytes of raw blocks, at least the last 288 blocks; not together with indexes. Default: keep all. */
  readonly pruneLimit?: number;
  /** Room in blocks that are made on the chain; default: the reference's. */
  readonly blockSpace?: BlockSpace;
  /** Policy of the memory pool. */
  readonly mempool?: PoolKeeperOptions;
}

/** Seconds after which a tip counts as old (spec block-and-pow.md section 7). */
const MAXIMUM_TIP_AGE = 4 * 3600;

/** The consensus engine over one store. Every method may be called at any time; work on the chain is done one piece after the other. */
export class Chain {
  readonly params: NetworkParams;
  /** The memory pool, which follows the chain. */
  readonly pool: TransactionPool;
  /** Headers and raw blocks, without waiting. */
  readonly view: ChainView;
  /** How long blocks and writing take. */
  readonly timings = new ChainTimings();
  /** What lies below the snapshot that the chain began with. */
  readonly history: SnapshotHistory;
  /** Blocks that were there before the chain was begun. */
  readonly storedBlocks: StoredBlocks;
  private state: ChainState;
  private engine: ChainEngine;
  private readonly clock: Clock;
  private readonly queue = new SerialQueue();
  private readonly shielded: ShieldedVerifier;
  private readonly keeper: PoolKeeper;
  private readonly listeners = new Set<(change: TipChange) => void>();
  private readonly failureListeners = new Set<(failure: unknown) => void>();
  private readonly refusalListeners = new Set<(block: RefusedBlock) => void>();
  private timeOffset = 0;
  private caughtUp = false;
  private closed = false;
  private failure: unknown = null;

  private readonly pruneLimit: number | null;
  private readonly blockSpace: BlockSpace | undefined;

  private constructor(state: ChainState, { shieldedThreads, pruneLimit, blockSpace, mempool }: ChainOptions) {
    this.pruneLimit = pruneLimit ?? null;
    this.blockSpace = blockSpace;
    this.params = state.params;
    this.clock = state.clock;
    this.state = state;
    this.shielded = new ShieldedVerifier(shieldedThreads === undefined ? {} : { threads: shieldedThreads });
    const poolListeners = new Set<(change: MempoolChange) => void>();
    const tell = (change: MempoolChange) => {
      for (const listener of poolListeners) listener(change);
    };
    this.keeper = new PoolKeeper(() => ({ state: this.state, ...this.context() }), mempool ?? {}, tell);
    this.pool = new TransactionPool(this.keeper, poolListeners, (task) => this.atRest(task), this.shielded);
    this.engine = this.engineOn(state);
    this.history = new SnapshotHistory(
      () => this.state,
      (task) => this.atRest(task),
      this.pruneLimit === null,
    );
    this.storedBlocks = new StoredBlocks({
      state: () => this.state,
      submit: (raw) => this.submitBlock(raw),
      atRest: (task) => this.atRest(task),
    });
    this.view = new ChainView(() => ({
      state: this.state,
      bestHeader: this.engine.bestHeader,
      initialDownload: this.isInitialDownload(),
    }));
  }

  private engineOn(state: ChainState): ChainEngine {
    const tell = (change: TipChange) => {
      for (const listener of this.listeners) listener(change);
    };
    const refused = (block: RefusedBlock) => {
      for (const listener of this.refusalListeners) listener(block);
    };
    return new ChainEngine(state, this.pruneLimit, () => this.context(), tell, refused, this.keeper, this.timings);
  }

  /**
   * Opens the chain in a folder, or starts one with the genesis block.
   * @throws FluxError for every reason why the files cannot be used; nothing is changed then.
   */
  static async open(options: ChainOptions): Promise<Chain> {
    const state = openState(options);
    let chain: Chain | undefined;
    try {
      chain = new Chain(state, options);
      const { engine } = chain;
      await chain.work(() => engine.activateBest());
      return chain;
    } catch (error) {
      if (chain) await chain.close();
      else state.close();
      throw chainFailure(error, state.store.path);
    }
  }

  /** Height of the active tip, without waiting. */
  get height(): number {
    return this.state.active.height;
  }

  /** Hash of the active tip (wire order), without waiting. */
  get tipHash(): Uint8Array {
    return (this.state.active.tip as HeaderNode).hash;
  }

  /** Of the file that holds the chain. */
  get path(): string {
    return this.state.store.path;
  }

  /** True if the store keeps indexes; a chain that has them goes on keeping them. */
  get indexed(): boolean {
    return this.state.indexes !== null;
  }

  /** Calls `listener` after every change of the tip, in order; returns what ends that. */
  onTip(listener: (change: TipChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls `listener` when a block that had been stored was refused while it was connected; returns what ends that. */
  onRefused(listener: (block: RefusedBlock) => void): () => void {
    this.refusalListeners.add(listener);
    return () => this.refusalListeners.delete(listener);
  }

  /** @param seconds how far the peers' clocks are ahead of this machine's, by the median of them (spec p2p.md section 2) */
  setTimeOffset(seconds: number): void {
    this.timeOffset = seconds;
  }

  /** Calls `listener` when the chain broke, for instance because the disk is full: it can only be closed then. Returns what ends that. */
  onFailure(listener: (failure: unknown) => void): () => void {
    this.failureListeners.add(listener);
    return () => this.failureListeners.delete(listener);
  }

  /** Runs a piece of reading at one moment of the chain. `read` must not wait for anything; what it throws concerns its caller alone. */
  read<T>(read: (reader: ChainReader) => T): Promise<T> {
    return this.atRest(() =>
      read(
        new StateReader(
          this.state,
          this.engine.bestHeader,
          this.isInitialDownload(),
          this.keeper.pool,
          this.pruneLimit !== null,
        ),
      ),
    );
  }

  /** Queues work that leaves the chain as it is. What it throws concerns its caller alone. */
  private async atRest<T>(task: () => T | Promise<T>): Promise<T> {
    const result = await this.work(async () => {
      await this.engine.settle();
      try {
        return { value: await task() };
      } catch (error) {
        // A reader may make the chain write what it holds back; if that fails, everybody is concerned.
        if (this.state.failedToWrite) throw error;
        return { error };
      }
    });
    if ("error" in result) throw readFailure(result.error, this.state.store.path);
    return result.value;
  }

  /**
   * Judges a block, stores it and follows the best chain. Blocks that are handed in without waiting for the answer overlap: while the
   * signatures of one are verified on other threads, the next one is worked on.
   * @param input a block, or its bytes
   * @throws DecodeError for bytes that are no block; FluxError when the store fails.
   */
  async submitBlock(input: Uint8Array | Block): Promise<BlockOutcome> {
    const block = input instanceof Uint8Array ? decodeBlock(input) : input;
    const { node, outcome } = await this.work(() => this.engine.processBlock(block));
    return node ? this.work(() => this.engine.outcomeOf(node, outcome)) : outcome;
  }

  /** Judges a header and puts it into the tree. */
  submitHeader(header: BlockHeader): Promise<Reject | null> {
    return this.work(() => {
      const verdict = acceptHeader(this.state, header, this.context());
      if ("reject" in verdict) return verdict.reject;
      this.engine.noteHeader(verdict.node);
      return null;
    });
  }

  /** Judges headers that follow each other and puts them into the tree, up to the first that is refused. */
  async submitHeaders(headers: readonly BlockHeader[]): Promise<HeadersOutcome> {
    // Headers that lead nowhere are not worth the work on their solutions: the first one is judged alone, and ends it.
    const rooted = headers[0] !== undefined && this.view.entry(headers[0].prevHash) !== undefined;
    const unknown = rooted ? headers.filter(({ hash }) => this.view.entry(hash) === undefined) : [];
    const solved = await verifySolutions(unknown);
    return this.work(async () => {
      let added = 0;
      let last: HeaderNode | null = null;
      for (const header of headers) {
        const known = this.state.tree.get(header.hash) !== undefined;
        const checked = solved.has(header) ? "solution" : "nothing";
        const verdict = acceptHeader(this.state, header, this.context(), checked);
        if ("reject" in verdict) return { last, added, reject: verdict.reject };
        last = verdict.node;
        if (!known) added++;
        this.engine.noteHeader(last);
      }
      // Nothing else would write them before the next block comes.
      if (this.state.shouldFlush) await this.engine.flush();
      return { last, added, reject: null };
    });
  }

  /**
   * Declares a block invalid by hand and leaves its branch.
   * @returns false for an unknown hash
   */
  invalidateBlock(hash: Uint8Array): Promise<boolean> {
    return this.work(async () => {
      const node = this.state.tree.get(hash);
      if (!node) return false;
      if (!node.parent) {
        throw new FluxError("genesis-invalid", "the genesis block cannot be declared invalid", { kind: "refused" });
      }
      if (node.height <= this.engine.floor && this.state.active.contains(node)) {
        throw new FluxError(
          "snapshot-base",
          `the chain began with a snapshot at height ${this.engine.floor} and cannot go below`,
          {
            kind: "refused",
          },
        );
      }
      await this.engine.settle();
      this.engine.fail(node);
      await this.engine.leave(node);
      await this.engine.reconsider();
      return true;
    });
  }

  /**
   * Takes back every verdict on a block, its ancestors and its descendants, and judges them anew.
   * @returns false for an unknown hash
   */
  reconsiderBlock(hash: Uint8Array): Promise<boolean> {
    return this.work(async () => {
      const { active, tree } = this.state;
      const node = tree.get(hash);
      if (!node) return false;
      await this.engine.settle();
      const forgive = (entry: HeaderNode) => {
        entry.failed = false;
        entry.failedAncestor = false;
        tree.changed(entry);
      };
      for (const leaf of tree.leaves) {
        if (ancestorAt(leaf, node.height) !== node) continue;
        for (let entry: HeaderNode | null = leaf; entry && entry !== node; entry = entry.parent) forgive(entry);
      }
      for (let entry: HeaderNode | null = node; entry && !active.contains(entry); entry = entry.parent) forgive(entry);
      await this.engine.reconsider();
      return true;
    });
  }

  /** Checks the last `depth` blocks (0: all) at a level from 0 to 4, see VerifyLevel. Nothing is changed. */
  verify(level: number, depth: number): Promise<VerifyReport> {
    return this.work(async () => {
      await this.engine.flush();
      const report = await verifyChain(this.state, level, depth);
      if (report.replayed > 0) {
        // What was disconnected in memory was never written: go on from the disk.
        this.state = this.state.reloaded();
        this.engine = this.engineOn(this.state);
      }
      return report;
    });
  }

  /** Height of the snapshot that the chain began with: the history below was not validated here. Null for a chain from genesis. */
  get snapshotHeight(): number | null {
    return this.engine.floor || null;
  }

  /**
   * Writes the state at a height, at most 100 below the tip. The chain is not changed. Nothing else may be asked of it meanwhile.
   * @param height null for the tip
   * @param sink takes the content piece by piece
   * @throws FluxError snapshot-height, and what the sink throws
   */
  writeSnapshot<T>(
    height: number | null,
    sink: (content: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<WrittenSnapshot<T>> {
    return this.atRest(async () => {
      await this.engine.flush();
      return writeSnapshot(this.state, height ?? this.state.active.height, sink);
    });
  }

  /**
   * A block on top of the tip that would be accepted once it has its proof. Its transactions are the pool's, and what
   * spoils it leaves the pool.
   * @param wishes what it is to be like, see TemplateWishes
   * @throws FluxError template-invalid when no valid block can be built
   */
  blockTemplate(wishes: Omit<TemplateWishes, "source" | "now">): Promise<BlockTemplate> {
    return this.atRest(async () => {
      const { pool } = this.keeper;
      const all = { space: this.blockSpace, ...wishes, source: pool, now: this.adjustedTime };
      const { template, spoilers } = await testedTemplate(this.state, this.context(), all);
      for (const tx of spoilers) pool.removeBranch(tx, "conflict");
      return template;
    });
  }

  /** Judges a block on top of the tip without its solution, its target before PON and its signature. Nothing is changed. */
  testBlock(block: Block): Promise<Reject | null> {
    return this.atRest(async () => {
      const failed = await testBlock(this.state, block, this.context(), "deferred");
      return failed?.reject ?? null;
    });
  }

  /** Unix time by the clock and the peers. */
  get adjustedTime(): number {
    return this.clock.now() + this.timeOffset;
  }

  /** Writes everything and closes the store. */
  close(): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) return;
      this.closed = true;
      try {
        if (this.failure === null) await this.engine.flush();
      } finally {
        this.shielded.close();
        this.state.close();
      }
    });
  }

  /**
   * Queues work on the state. What fails in a way that no rule foresees leaves memory and disk apart, so nothing is written any more
   * and every later call fails with the same error.
   */
  private work<T>(task: () => T | Promise<T>): Promise<T> {
    return this.queue.run(async () => {
      if (this.failure !== null) throw this.failure;
      if (this.closed) throw new FluxError("chain-closed", "the chain is closed", { kind: "not-ready" });
      try {
        return await task();
      } catch (error) {
        // Neither leaves the state touched: what was asked for must not be done, or could not be checked just now.
        if (error instanceof FluxError && (error.kind === "refused" || error.kind === "not-ready")) throw error;
        const failure = chainFailure(error, this.state.store.path);
        this.fail(failure);
        throw failure;
      }
    });
  }

  private fail(error: FluxError): void {
    this.failure = error;
    for (const listener of this.failureListeners) listener(error);
  }

  private context(): AcceptContext {
    return { initialDownload: this.isInitialDownload(), shielded: this.shielded, timeOffset: this.timeOffset };
  }

  private isInitialDownload(): boolean {
    if (this.caughtUp) return false;
    const tip = this.state.active.tip as HeaderNode;
    if (tip.height === 0) return false;
    // A clock that stands still says nothing about the age of the tip.
    const old = this.clock.mock === null && tip.time < this.clock.now() - MAXIMUM_TIP_AGE;
    if (old || tip.chainWork < this.params.minimumChainWork) return true;
    this.caughtUp = true;
    return false;
  }
}
