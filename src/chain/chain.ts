import { join } from "node:path";
import { type Clock, FluxError } from "../platform/index.ts";
import { nativeAddon } from "../platform/native/index.ts";
import { bytesKey, equalBytes } from "../protocol/bytes/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { type Block, type BlockHeader, decodeBlock } from "../protocol/primitives/index.ts";
import { ancestorAt, type Reject } from "../protocol/rules/index.ts";
import type { SignatureBatch } from "../protocol/script/index.ts";
import { type AcceptContext, acceptHeader, checkBlockAlone, checkBlockAtParent } from "./accept-block.ts";
import { BestChain } from "./best-chain.ts";
import type { BlockOutcome } from "./block-outcome.ts";
import type { ChainReader } from "./chain-reader.ts";
import { ChainState } from "./chain-state.ts";
import { Connection } from "./connect-block.ts";
import { disconnectTip } from "./disconnect-block.ts";
import { type HeaderEntry, Validity } from "./header-entry.ts";
import type { HeaderNode } from "./headers/index.ts";
import { SerialQueue } from "./serial-queue.ts";
import { ShieldedVerifier } from "./shielded-verifier.ts";
import { StateReader } from "./state-reader.ts";
import { BlockStore, ChainStore } from "./store/index.ts";

export interface ChainOptions {
  readonly params: NetworkParams;
  /** Folder of chain.db and blocks.db; must exist and be locked by this process. */
  readonly folder: string;
  readonly clock: Clock;
  /** Keep transaction, address and spent indexes. */
  readonly indexes: boolean;
}

/** A change of the active tip. */
export interface TipChange {
  readonly tip: HeaderEntry;
  /** Blocks that were taken off, from the old tip down. */
  readonly disconnected: readonly { readonly entry: HeaderEntry; readonly block: Block }[];
  /** The block that became the tip. */
  readonly connected: { readonly entry: HeaderEntry; readonly block: Block };
}

/** Seconds after which a tip counts as old (spec block-and-pow.md section 7). */
const MAXIMUM_TIP_AGE = 4 * 3600;

/** The consensus engine over one store. Every method may be called at any time; work on the chain is done one piece after the other. */
export class Chain {
  readonly params: NetworkParams;
  private readonly state: ChainState;
  private readonly best: BestChain;
  private readonly queue = new SerialQueue();
  private readonly shielded = new ShieldedVerifier();
  private readonly listeners = new Set<(change: TipChange) => void>();
  /** Blocks with bytes that wait for an ancestor's, by the parent's hash. */
  private readonly waiting = new Map<string, Set<HeaderNode>>();
  private header: HeaderNode;
  private arrivals = 0;
  private caughtUp = false;
  private closed = false;

  private constructor(state: ChainState) {
    this.params = state.params;
    this.state = state;
    this.best = new BestChain(state.params, state.tree, state.active, (node) => this.wait(node));
    this.header = state.active.tip as HeaderNode;
    for (const leaf of state.tree.leaves) if (leaf.chainWork > this.header.chainWork) this.header = leaf;
    for (const row of state.store.headers.waiting()) this.wait(state.tree.byId(row.id));
  }

  /**
   * Opens the store of a folder, or makes one that holds the genesis block.
   * @throws FluxError for every reason why the files cannot be used; nothing is changed then.
   */
  static async open({ params, folder, clock, indexes }: ChainOptions): Promise<Chain> {
    const store = new ChainStore(join(folder, "chain.db"));
    try {
      const blocks = new BlockStore(join(folder, "blocks.db"));
      try {
        Chain.checkIdentity(store, params, indexes);
        const keepIndexes = indexes || store.meta("indexes") === 1;
        const state = new ChainState({ params, clock, store, blocks, indexes: keepIndexes });
        if (!state.active.tip) Chain.plantGenesis(state, keepIndexes);
        const chain = new Chain(state);
        await chain.activateBest();
        return chain;
      } catch (error) {
        blocks.close();
        throw error;
      }
    } catch (error) {
      store.close();
      throw error;
    }
  }

  private static checkIdentity(store: ChainStore, params: NetworkParams, indexes: boolean): void {
    const genesis = store.meta("genesis");
    if (genesis !== undefined && genesis !== Buffer.from(params.genesisHash).toString("hex")) {
      throw new FluxError(
        "wrong-network",
        `the chain in this data directory is not one of the network ${params.name}`,
        {
          hint: "check --network, or choose another --datadir; the stored chain was left as it is",
          kind: "refused",
        },
      );
    }
    const stored = store.meta("indexes");
    if (stored !== undefined && indexes && stored === 0) {
      throw new FluxError("index-missing", "the stored chain was built without indexes", {
        hint: "leave out --index, or build the chain again with it in another --datadir (chain export, chain import)",
        kind: "refused",
      });
    }
  }

  private static plantGenesis(state: ChainState, indexes: boolean): void {
    const block = decodeBlock(state.params.genesisBlock);
    const node = state.tree.add(block.header, null);
    state.storeBlock(node, block.raw);
    receive(state, node, block);
    node.chainTransactionCount = node.transactionCount;
    node.chainSproutValue = node.sproutDelta;
    node.chainSaplingValue = node.saplingDelta;
    node.validity = Validity.scripts;
    node.sproutRoot = state.shielded.roots.sprout;
    node.logicalTime = node.time;
    state.active.push(node);
    state.flush({ genesis: Buffer.from(state.params.genesisHash).toString("hex"), indexes: indexes ? 1 : 0 });
  }

  /** True if the store keeps indexes; a chain that has them goes on keeping them. */
  get indexed(): boolean {
    return this.state.indexes !== null;
  }

  /** Height of the active tip, without waiting. */
  get height(): number {
    return this.state.active.height;
  }

  /** Hash of the active tip (wire order), without waiting. */
  get tipHash(): Uint8Array {
    return (this.state.active.tip as HeaderNode).hash;
  }

  /** Calls `listener` after every change of the tip, in order; returns what ends that. */
  onTip(listener: (change: TipChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Runs a piece of reading at one moment of the chain. `read` must not wait for anything. */
  read<T>(read: (reader: ChainReader) => T): Promise<T> {
    return this.queue.run(() => read(this.reader()));
  }

  private reader(): ChainReader {
    return new StateReader(this.state, this.header, this.isInitialDownload());
  }

  private isInitialDownload(): boolean {
    if (this.caughtUp) return false;
    const tip = this.state.active.tip as HeaderNode;
    if (tip.height === 0) return false;
    const { clock } = this.state;
    // A clock that stands still says nothing about the age of the tip.
    const old = clock.mock === null && tip.time < clock.now() - MAXIMUM_TIP_AGE;
    const behind = old || tip.chainWork < this.params.minimumChainWork;
    this.caughtUp = !behind;
    return behind;
  }

  private context(): AcceptContext {
    return { initialDownload: this.isInitialDownload(), shielded: this.shielded, timeOffset: 0 };
  }

  /**
   * Judges a block, stores it and follows the best chain.
   * @throws DecodeError for bytes that are no block; FluxError when the store fails, in which case the engine closes.
   */
  submitBlock(raw: Uint8Array): Promise<BlockOutcome> {
    return this.queue.run(() => this.processBlock(decodeBlock(raw)));
  }

  /** Judges a header and puts it into the tree. */
  submitHeader(header: BlockHeader): Promise<Reject | null> {
    return this.queue.run(() => {
      const verdict = acceptHeader(this.state, header, this.context());
      if ("reject" in verdict) return verdict.reject;
      this.noteHeader(verdict.node);
      return null;
    });
  }

  private noteHeader(node: HeaderNode): void {
    if (node.chainWork > this.header.chainWork) this.header = node;
  }

  private async processBlock(block: Block): Promise<BlockOutcome> {
    const { state } = this;
    const known = knownAs(state.tree.get(block.header.hash));
    if (known === "valid" || known === "invalid") return { known, reject: null, judged: false };
    const context = this.context();
    const broken = await checkBlockAlone(state, block, context);
    if (broken) return { known, reject: broken, judged: false };
    const verdict = acceptHeader(state, block.header, context, true);
    if ("reject" in verdict) return { known, reject: verdict.reject, judged: false };
    const { node } = verdict;
    this.noteHeader(node);
    if (!node.hasData) {
      const refused = await checkBlockAtParent(state, block, node, context);
      if (refused) {
        if (refused.scope === "hash") this.fail(node);
        return { known, reject: refused, judged: false };
      }
      this.storeBlock(node, block);
    }
    const judged = new Map<HeaderNode, Reject | null>();
    await this.activateBest(judged, { node, block });
    return { known, reject: judged.get(node) ?? null, judged: judged.has(node) };
  }

  private fail(node: HeaderNode): void {
    node.failed = true;
    this.best.remove(node);
    this.state.tree.changed(node);
  }

  /** Stores the bytes of a block; it and blocks that waited for it can be connected now if all ancestors' bytes are there. */
  private storeBlock(node: HeaderNode, block: Block): void {
    this.state.storeBlock(node, block.raw);
    receive(this.state, node, block);
    if (node.parent && node.parent.chainTransactionCount === 0) {
      this.wait(node);
      return;
    }
    const ready = [node];
    for (let next = ready.pop(); next; next = ready.pop()) {
      this.makeReady(next);
      const key = bytesKey(next.hash);
      ready.push(...(this.waiting.get(key) ?? []));
      this.waiting.delete(key);
    }
  }

  private wait(node: HeaderNode): void {
    const key = bytesKey((node.parent as HeaderNode).hash);
    const siblings = this.waiting.get(key);
    if (siblings) siblings.add(node);
    else this.waiting.set(key, new Set([node]));
  }

  private makeReady(node: HeaderNode): void {
    const { parent } = node;
    const plus = (a: bigint | null | undefined, b: bigint | null) => (a == null || b === null ? null : a + b);
    node.chainTransactionCount = (parent?.chainTransactionCount ?? 0) + node.transactionCount;
    node.chainSproutValue = plus(parent?.chainSproutValue, node.sproutDelta);
    node.chainSaplingValue = plus(parent?.chainSaplingValue, node.saplingDelta);
    node.sequence = ++this.arrivals;
    this.state.tree.changed(node);
    this.best.add(node);
  }

  /**
   * Follows the best chain until nothing better is known.
   * @param judged takes the verdict on every block that was tried.
   * @param fresh a block that is in memory already.
   */
  private async activateBest(
    judged = new Map<HeaderNode, Reject | null>(),
    fresh?: { readonly node: HeaderNode; readonly block: Block },
  ): Promise<void> {
    for (;;) {
      const target = this.best.find();
      if (!target || target === this.state.active.tip) break;
      await this.stepTowards(target, judged, fresh);
    }
    if (this.state.shouldFlush || !this.isInitialDownload()) this.flush();
  }

  /** Disconnects to the fork and connects until the tip has more work than before or a block is refused. */
  private async stepTowards(
    target: HeaderNode,
    judged: Map<HeaderNode, Reject | null>,
    fresh?: { readonly node: HeaderNode; readonly block: Block },
  ): Promise<void> {
    const { state } = this;
    const before = state.active.tip as HeaderNode;
    const fork = state.active.fork(target);
    let disconnected: { entry: HeaderEntry; block: Block }[] = [];
    while (state.active.tip !== fork)
      disconnected.push({ entry: state.active.tip as HeaderNode, block: disconnectTip(state) });
    while (state.active.tip !== target) {
      const node = ancestorAt(target, state.active.height + 1) as HeaderNode;
      const block = fresh?.node === node ? fresh.block : state.requireBlock(node);
      const refused = await this.connect(node, block);
      judged.set(node, refused);
      if (refused) {
        if (refused.scope === "hash") this.fail(node);
        else this.dropCopy(node);
        return;
      }
      this.best.prune();
      this.emit({ tip: node, disconnected, connected: { entry: node, block } });
      disconnected = [];
      if (state.shouldFlush) this.flush();
      if (node.chainWork > before.chainWork) return;
    }
  }

  /** Forgets the bytes of a block whose stored copy is bad, so that a good one is taken when it comes. */
  private dropCopy(node: HeaderNode): void {
    node.hasData = false;
    node.transactionCount = 0;
    node.chainTransactionCount = 0;
    node.validity = Validity.header;
    this.best.remove(node);
    this.state.blocks.delete(node.hash);
    this.state.tree.changed(node);
  }

  private async connect(node: HeaderNode, block: Block): Promise<Reject | null> {
    const connection = new Connection(this.state, node, block, !this.belowCheckpoint(node));
    const broken = connection.apply();
    // A bad signature comes before whatever stopped the application later in the block.
    const entry = await verifyBatch(connection.batch);
    const refused = entry >= 0 ? connection.rejectOfEntry(entry) : broken;
    if (refused) connection.rollback();
    else connection.commit();
    return refused;
  }

  /** Scripts of blocks below a known checkpoint are not run: the checkpoint's hash commits to them. */
  private belowCheckpoint(node: HeaderNode): boolean {
    for (let i = this.params.checkpoints.length - 1; i >= 0; i--) {
      const checkpoint = this.params.checkpoints[i] as NetworkParams["checkpoints"][number];
      const known = this.state.tree.get(checkpoint.hash);
      if (!known) continue;
      return node.height <= known.height && ancestorAt(known, node.height) === node;
    }
    return false;
  }

  private emit(change: TipChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** Declares a block invalid by hand and leaves its branch. Returns false for an unknown hash. */
  invalidateBlock(hash: Uint8Array): Promise<boolean> {
    return this.queue.run(async () => {
      const { state } = this;
      const node = state.tree.get(hash);
      if (!node) return false;
      if (!node.parent)
        throw new FluxError("genesis-invalid", "the genesis block cannot be declared invalid", { kind: "refused" });
      this.fail(node);
      while (state.active.contains(node)) {
        const tip = state.active.tip as HeaderNode;
        tip.failedAncestor = tip !== node;
        state.tree.changed(tip);
        this.best.remove(tip);
        disconnectTip(state);
      }
      this.best.refill();
      await this.activateBest();
      this.flush();
      return true;
    });
  }

  /** Takes back every verdict on a block, its ancestors and its descendants, and judges them anew. Returns false for an unknown hash. */
  reconsiderBlock(hash: Uint8Array): Promise<boolean> {
    return this.queue.run(async () => {
      const { state } = this;
      const node = state.tree.get(hash);
      if (!node) return false;
      const forgive = (entry: HeaderNode) => {
        entry.failed = false;
        entry.failedAncestor = false;
        state.tree.changed(entry);
      };
      for (const leaf of state.tree.leaves) {
        if (leaf.height < node.height || ancestorAt(leaf, node.height) !== node) continue;
        for (let entry: HeaderNode | null = leaf; entry && entry !== node; entry = entry.parent) forgive(entry);
      }
      for (let entry: HeaderNode | null = node; entry && !state.active.contains(entry); entry = entry.parent)
        forgive(entry);
      this.best.refill();
      await this.activateBest();
      this.flush();
      return true;
    });
  }

  private flush(): void {
    this.state.flush();
  }

  /** Writes everything and closes the store. */
  close(): Promise<void> {
    return this.queue.run(() => {
      if (this.closed) return;
      this.closed = true;
      this.shielded.close();
      try {
        this.flush();
      } finally {
        this.state.blocks.close();
        this.state.store.close();
      }
    });
  }
}

/** What is known of a hash before its block is looked at; the daemon's answers to a repeated submission depend on it. */
function knownAs(node: HeaderNode | undefined): BlockOutcome["known"] {
  if (!node) return "new";
  if (node.isValid(Validity.scripts)) return "valid";
  if (!node.usable) return "invalid";
  return node.hasData ? "stored" : "header";
}

/** Notes in the tree what a received block holds. */
function receive(state: ChainState, node: HeaderNode, block: Block): void {
  if (block.header.proof.kind === "pon" && node.header.proof.kind === "pon") {
    // The signature is outside the hash: the one that came with the header may have been another.
    if (!equalBytes(block.header.proof.signature, node.header.proof.signature)) {
      node.header = {
        ...node.header,
        proof: { ...node.header.proof, signature: block.header.proof.signature.slice() },
      };
    }
  }
  node.hasData = true;
  node.transactionCount = block.transactions.length;
  node.size = block.raw.length;
  node.validity = Math.max(node.validity, Validity.transactions);
  node.sproutDelta = 0n;
  node.saplingDelta = 0n;
  for (const tx of block.transactions) {
    node.saplingDelta -= tx.valueBalance;
    for (const joinSplit of tx.joinSplits) node.sproutDelta += joinSplit.vpubOld - joinSplit.vpubNew;
  }
  state.tree.changed(node);
}

/** Verifies a batch on the thread pool; -1 when all are valid, else the first invalid entry. */
async function verifyBatch(batch: SignatureBatch): Promise<number> {
  if (batch.size === 0) return -1;
  const native = nativeAddon();
  return native ? native.verifySignatures(batch.pack()) : batch.verifyReference();
}
