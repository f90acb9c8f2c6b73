import type { Clock } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { type Block, type BlockHeader, decodeBlock } from "../protocol/primitives/index.ts";
import type { Reject } from "../protocol/rules/index.ts";
import { type AcceptContext, acceptHeader } from "./blocks/accept-block.ts";
import type { BlockOutcome } from "./blocks/block-outcome.ts";
import { StoredBlocks } from "./blocks/stored-blocks.ts";
import { addHeaders, type HeadersOutcome, verifySolutions } from "./blocks/submit-headers.ts";
import { VerifyLevel, type VerifyReport, verifyChain } from "./blocks/verify-chain.ts";
import { ChainEngine, type RefusedBlock, type TipChange } from "./chain-engine.ts";
import { chainFailure, readFailure } from "./chain-failure.ts";
import { ChainWork } from "./chain-work.ts";
import { ChainTimings } from "./duration-histogram.ts";
import type { HeaderNode } from "./headers/index.ts";
import { SnapshotHistory } from "./history/snapshot-history.ts";
import { InitialDownload } from "./initial-download.ts";
import { Listeners } from "./listeners.ts";
import { type MempoolChange, PoolKeeper, type PoolKeeperOptions, TransactionPool } from "./mempool/index.ts";
import { type BlockSpace, type BlockTemplate, type TemplateWishes, testBlock, testedTemplate } from "./mining/index.ts";
import { ShieldedVerifier } from "./shielded/shielded-verifier.ts";
import { type WrittenSnapshot, writeSnapshot } from "./snapshot/index.ts";
import type { ChainReader, CoinStatistics } from "./state/chain-reader.ts";
import type { ChainState } from "./state/chain-state.ts";
import { ChainView } from "./state/chain-view.ts";
import { coinStatistics } from "./state/coin-statistics.ts";
import { type OpenStateOptions, openState } from "./state/open-state.ts";
import { StateReader } from "./state/state-reader.ts";
import { invalidate, reconsider } from "./verdicts-by-hand.ts";

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
  private readonly state: ChainState;
  private readonly engine: ChainEngine;
  private readonly clock: Clock;
  private readonly work: ChainWork;
  private readonly download: InitialDownload;
  private readonly shielded: ShieldedVerifier;
  private readonly keeper: PoolKeeper;
  private readonly tipListeners = new Listeners<TipChange>();
  private readonly refusalListeners = new Listeners<RefusedBlock>();
  private timeOffset = 0;
  private readonly pruneLimit: number | null;
  private readonly blockSpace: BlockSpace | undefined;

  private constructor(state: ChainState, { shieldedThreads, pruneLimit, blockSpace, mempool }: ChainOptions) {
    this.pruneLimit = pruneLimit ?? null;
    this.blockSpace = blockSpace;
    this.params = state.params;
    this.clock = state.clock;
    this.state = state;
    this.work = new ChainWork(state.store.path);
    this.download = new InitialDownload(state.params, state.clock);
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
    const tell = (change: TipChange) => this.tipListeners.tell(change);
    const refused = (block: RefusedBlock) => this.refusalListeners.tell(block);
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
      await chain.work.run(() => engine.activateBest());
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
    return this.tipListeners.add(listener);
  }

  /** Calls `listener` when a block that had been stored was refused while it was connected; returns what ends that. */
  onRefused(listener: (block: RefusedBlock) => void): () => void {
    return this.refusalListeners.add(listener);
  }

  /** @param seconds how far the peers' clocks are ahead of this machine's, by the median of them (spec p2p.md section 2) */
  setTimeOffset(seconds: number): void {
    this.timeOffset = seconds;
  }

  /** Calls `listener` when the chain broke, for instance because the disk is full: it can only be closed then. Returns what ends that. */
  onFailure(listener: (failure: unknown) => void): () => void {
    return this.work.failures.add(listener);
  }

  /** Runs a piece of reading at one moment of the chain. `read` must not wait for anything; what it throws concerns its caller alone. */
  read<T>(read: (reader: ChainReader) => T): Promise<T> {
    return this.atRest(() => this.look(read));
  }

  /** The same without waiting, if nothing is being done to the chain; else null, and {@link read} has to be asked. */
  readAtOnce<T>(read: (reader: ChainReader) => T): { readonly value: T } | null {
    if (!this.work.resting || !this.engine.settled) return null;
    try {
      return { value: this.look(read) };
    } catch (error) {
      if (this.state.failedToWrite) this.work.run(() => Promise.reject(error)).catch(() => {});
      throw readFailure(error, this.state.store.path);
    }
  }

  private look<T>(read: (reader: ChainReader) => T): T {
    const { state, engine, keeper } = this;
    const prunes = this.pruneLimit !== null;
    const reader = new StateReader(state, engine.bestHeader, this.isInitialDownload(), keeper.pool, prunes);
    return state.reading(() => read(reader));
  }

  /** Queues work that leaves the chain as it is. What it throws concerns its caller alone. */
  private async atRest<T>(task: () => T | Promise<T>): Promise<T> {
    const result = await this.work.run(async () => {
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
    const { node, outcome } = await this.work.run(() => this.engine.processBlock(block));
    return node ? this.work.run(() => this.engine.outcomeOf(node, outcome)) : outcome;
  }

  /** Judges a header and puts it into the tree. */
  submitHeader(header: BlockHeader): Promise<Reject | null> {
    return this.work.run(() => {
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
    return this.work.run(() => addHeaders(this.engine, headers, solved, () => this.context()));
  }

  /**
   * Declares a block invalid by hand and leaves its branch.
   * @returns false for an unknown hash
   */
  invalidateBlock(hash: Uint8Array): Promise<boolean> {
    return this.withHeader(hash, invalidate);
  }

  /**
   * Takes back every verdict on a block, its ancestors and its descendants, and judges them anew.
   * @returns false for an unknown hash
   */
  reconsiderBlock(hash: Uint8Array): Promise<boolean> {
    return this.withHeader(hash, reconsider);
  }

  private withHeader(
    hash: Uint8Array,
    judge: (engine: ChainEngine, node: HeaderNode) => Promise<void>,
  ): Promise<boolean> {
    return this.work.run(async () => {
      const node = this.state.tree.get(hash);
      if (node) await judge(this.engine, node);
      return node !== undefined;
    });
  }

  /** Checks the last `depth` blocks (0: all) at a level from 0 to 4, see VerifyLevel. Nothing is changed. */
  verify(level: number, depth: number): Promise<VerifyReport> {
    return this.work.run(async () => {
      await this.engine.flush();
      // Blocks are taken off beside the chain that everybody looks at.
      const state = level >= VerifyLevel.disconnect ? this.state.sibling() : this.state;
      return verifyChain(state, level, depth);
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

  /** Totals and hash of the coin set. It is read whole, a few coins at a time, and the chain stays at rest meanwhile. */
  coinStatistics(): Promise<CoinStatistics> {
    return this.atRest(async () => {
      await this.engine.flush();
      return coinStatistics(this.state.store.coins(), this.state.active.tip as HeaderNode);
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
    return this.work.close(
      () => this.engine.flush(),
      () => {
        this.shielded.close();
        this.state.close();
      },
    );
  }

  private context(): AcceptContext {
    return { initialDownload: this.isInitialDownload(), shielded: this.shielded, timeOffset: this.timeOffset };
  }

  private isInitialDownload(): boolean {
    return this.download.isOn(this.state.active.tip as HeaderNode);
  }
}
