import { TurnTaker } from "../platform/index.ts";
import { bytesKey } from "../protocol/bytes/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import type { Block } from "../protocol/primitives/index.ts";
import { ancestorAt, type Reject, reject } from "../protocol/rules/index.ts";
import { BestChain } from "./best-chain.ts";
import { type AcceptContext, acceptHeader, checkBlockAlone, checkBlockAtParent } from "./blocks/accept-block.ts";
import type { BlockOutcome } from "./blocks/block-outcome.ts";
import { Connection } from "./blocks/connect-block.ts";
import { disconnectTip } from "./blocks/disconnect-block.ts";
import { PRUNE_HEIGHT, pruneAgain, pruneBlocks } from "./blocks/prune-blocks.ts";
import { forgetReceived, knownAs, noteComplete, noteReceived } from "./blocks/received-block.ts";
import { verifyBatch } from "./blocks/verify-batch.ts";
import type { ChainFollower } from "./chain-follower.ts";
import type { ChainTimings } from "./duration-histogram.ts";
import type { HeaderNode } from "./headers/index.ts";
import { SNAPSHOT_BASE } from "./snapshot/index.ts";
import type { ChainState } from "./state/chain-state.ts";
import type { HeaderEntry } from "./state/header-entry.ts";

/** A block of the active chain with its place. */
export interface PlacedBlock {
  readonly entry: HeaderEntry;
  readonly block: Block;
}

/** A change of the active tip. */
export interface TipChange {
  /** Blocks that were taken off, from the old tip down. */
  readonly disconnected: readonly PlacedBlock[];
  /** The block that became the tip; null when the chain only went back, to the parent of the last block taken off. */
  readonly connected: PlacedBlock | null;
}

/** A stored block that turned out bad when it was its turn to be connected. */
export interface RefusedBlock {
  readonly entry: HeaderEntry;
  readonly reject: Reject;
}

/** A connected block whose signatures are still being verified. */
interface Unverified {
  readonly node: HeaderNode;
  readonly block: Block;
  readonly connection: Connection;
  /** First invalid entry of its batch, -1 for none. */
  readonly entry: Promise<number>;
}

/** A block in memory, so that it need not be read from the store again. */
interface FreshBlock {
  readonly node: HeaderNode;
  readonly block: Block;
}

/** Rank by arrival of the stored tip: blocks of earlier runs have 0, those of this one are counted from 1. */
const BEFORE_ALL = -1;

/** Accepts blocks and keeps the active chain on the best branch. Its methods must not overlap in time; see Chain. */
export class ChainEngine {
  readonly state: ChainState;
  /** Header with the most work. */
  bestHeader: HeaderNode;
  /** Height of the snapshot that the chain began with, else 0: no block up to it can be taken off. */
  readonly floor: number;
  private readonly best: BestChain;
  private readonly pruneLimit: number | null;
  private readonly context: () => AcceptContext;
  private readonly onChange: (change: TipChange) => void;
  private readonly onRefused: (block: RefusedBlock) => void;
  private readonly follower: ChainFollower;
  private readonly timings: ChainTimings;
  /** Blocks with bytes that wait for an ancestor's, by the parent's hash. */
  private readonly waiting = new Map<string, Set<HeaderNode>>();
  private readonly unverified: Unverified[] = [];
  /** Verdicts on blocks that were tried to connect, until somebody fetches them; most never are, so they must not keep their blocks. */
  private readonly verdicts = new WeakMap<HeaderNode, Reject | null>();
  /** Blocks taken off whose listeners are told together with the block that replaces them, from the old tip down. */
  private untold: PlacedBlock[] = [];
  private readonly turns = new TurnTaker();
  private arrivals = 0;

  /** @param pruneLimit bytes of raw blocks to keep, null for all. */
  constructor(
    state: ChainState,
    pruneLimit: number | null,
    context: () => AcceptContext,
    onChange: (change: TipChange) => void,
    onRefused: (block: RefusedBlock) => void,
    follower: ChainFollower,
    timings: ChainTimings,
  ) {
    this.state = state;
    this.pruneLimit = pruneLimit;
    this.context = context;
    this.onChange = onChange;
    this.onRefused = onRefused;
    this.follower = follower;
    this.timings = timings;
    this.floor = (state.store.meta(SNAPSHOT_BASE) as number | undefined) ?? 0;
    this.best = new BestChain(state.params, state.tree, state.active, this.floor, (node) => this.wait(node));
    const tip = state.active.tip as HeaderNode;
    // Who came first is not stored. The tip was chosen knowing it, so of equally good blocks it stays the first.
    tip.sequence = BEFORE_ALL;
    this.bestHeader = tip;
    for (const leaf of state.tree.leaves) this.noteHeader(lastUsable(leaf));
    for (const row of state.store.headers.waiting()) this.wait(state.tree.byId(row.id));
    if (pruneLimit !== null) pruneAgain(state);
  }

  noteHeader(node: HeaderNode): void {
    if (node.chainWork > this.bestHeader.chainWork) this.bestHeader = node;
  }

  /** Judges and stores a block and follows the best chain; {@link outcomeOf} completes the outcome. */
  async processBlock(block: Block): Promise<{ readonly node: HeaderNode | null; readonly outcome: BlockOutcome }> {
    await this.turns.rest();
    const { state } = this;
    const known = knownAs(state.tree.get(block.header.hash));
    const refusal = (reject: Reject | null) => ({ node: null, outcome: { known, reject, judged: false } });
    if (known === "valid" || known === "invalid") return refusal(null);
    const context = this.context();
    const broken = await checkBlockAlone(state, block, context);
    if (broken) return refusal(broken);
    const verdict = acceptHeader(state, block.header, context, "alone");
    if ("reject" in verdict) return refusal(verdict.reject);
    const { node } = verdict;
    this.noteHeader(node);
    this.verdicts.delete(node);
    if (!node.hasData) {
      const refused = await checkBlockAtParent(state, block, node, context);
      if (refused) {
        if (refused.scope === "hash") this.fail(node);
        return refusal(refused);
      }
      this.storeBlock(node, block);
    }
    await this.activateBest({ node, block });
    return { node, outcome: { known, reject: null, judged: false } };
  }

  /** Waits until a processed block is verified and completes its outcome. */
  async outcomeOf(node: HeaderNode, outcome: BlockOutcome): Promise<BlockOutcome> {
    while (this.unverified.some((pending) => pending.node === node)) await this.settleFirst();
    const verdict = this.verdicts.get(node);
    this.verdicts.delete(node);
    return verdict === undefined ? outcome : { ...outcome, reject: verdict, judged: true };
  }

  fail(node: HeaderNode): void {
    node.failed = true;
    this.best.remove(node);
    this.state.tree.changed(node);
  }

  /** Stores the bytes of a block; it and blocks that waited for it can be connected now if all ancestors' bytes are there. */
  private storeBlock(node: HeaderNode, block: Block): void {
    this.state.storeBlock(node, block.raw);
    noteReceived(node, block);
    this.state.tree.changed(node);
    if (node.parent?.chainTransactionCount === 0) {
      this.wait(node);
      return;
    }
    const ready = [node];
    for (let next = ready.pop(); next; next = ready.pop()) {
      noteComplete(next);
      next.sequence = ++this.arrivals;
      this.state.tree.changed(next);
      this.best.add(next);
      const key = bytesKey(next.hash);
      ready.push(...(this.waiting.get(key) ?? []));
      this.waiting.delete(key);
    }
  }

  private wait(node: HeaderNode): void {
    const key = bytesKey(node.header.prevHash);
    const siblings = this.waiting.get(key);
    if (siblings) siblings.add(node);
    else this.waiting.set(key, new Set([node]));
  }

  /** Follows the best chain until nothing better is known. */
  async activateBest(fresh?: FreshBlock): Promise<void> {
    for (;;) {
      const target = this.best.find();
      if (!target || target === this.state.active.tip) break;
      await this.stepTowards(target, fresh);
      this.follower.rested();
    }
    // Nothing takes the place of what was taken off.
    if (this.untold.length > 0) this.onChange({ disconnected: this.untold.splice(0), connected: null });
    if (this.state.shouldFlush || !this.context().initialDownload) await this.flush();
  }

  /** Looks through all branches again after verdicts were changed by hand. */
  async reconsider(): Promise<void> {
    this.best.refill();
    await this.activateBest();
    await this.flush();
  }

  /** Disconnects to the fork and connects until the tip has more work than before or a block is refused. */
  private async stepTowards(target: HeaderNode, fresh?: FreshBlock): Promise<void> {
    const { active } = this.state;
    if (target.parent !== active.tip && !this.settled) {
      await this.settle();
      // What was settled may be bad, and the target with it.
      if (!target.usable || this.best.find() !== target) return;
    }
    const before = active.tip as HeaderNode;
    const fork = active.fork(target);
    while (active.tip !== fork) await this.takeOff();
    while (active.tip !== target) {
      await this.turns.rest();
      const node = ancestorAt(target, active.height + 1) as HeaderNode;
      const block = fresh?.node === node ? fresh.block : this.state.requireBlock(node);
      if (await this.connect(node, block)) return;
      if (this.state.shouldFlush) await this.flush();
      // The flush waits for signatures, and a bad one leads somewhere else.
      if (active.tip !== node || node.chainWork > before.chainWork) return;
    }
  }

  private disconnect(): PlacedBlock {
    const entry = this.state.active.tip as HeaderNode;
    return { entry, block: disconnectTip(this.state) };
  }

  /** Disconnects a verified tip whose listeners are to hear of it. */
  private async takeOff(): Promise<PlacedBlock> {
    const roots = this.state.shielded.roots;
    const placed = this.disconnect();
    this.untold.push(placed);
    await this.follower.disconnected(placed, roots);
    return placed;
  }

  private tell(connected: PlacedBlock): void {
    this.follower.connected(connected);
    this.onChange({ disconnected: this.untold.splice(0), connected });
  }

  /** Leaves the branch of a block that was declared invalid. */
  async leave(node: HeaderNode): Promise<void> {
    await this.settle();
    const { active, tree } = this.state;
    while (active.contains(node)) {
      const tip = (await this.takeOff()).entry as HeaderNode;
      tip.failedAncestor = tip !== node;
      this.best.remove(tip);
      tree.changed(tip);
    }
    this.follower.rested();
  }

  /** Connects a block to the tip. Returns what refused it, null if nothing did (yet: see {@link settle}). */
  private async connect(node: HeaderNode, block: Block): Promise<Reject | null> {
    const begun = this.state.clock.monotonicMillis();
    const connection = new Connection(this.state, node, block, !this.isBelowCheckpoint(node));
    const broken = connection.apply();
    if (!broken && this.untold.length === 0 && this.context().initialDownload) {
      // Far behind, blocks are good: take this one for granted and work on the next one while the batch runs.
      connection.commit();
      this.timings.connect.observe(this.state.clock.monotonicMillis() - begun);
      this.best.prune();
      const entry = verifyBatch(connection.batch);
      // If it fails it is the one who settles the block that has to know.
      entry.catch(() => {});
      this.unverified.push({ node, block, connection, entry });
      return null;
    }
    if (this.unverified.length > 0) {
      // One of them may turn out bad, and blocks can only be taken off while nothing lies on top of them.
      connection.rollback();
      return (await this.settleBelow(node)) ?? this.connect(node, block);
    }
    // A bad signature comes before whatever stopped the application later in the block.
    const invalid = await verifyBatch(connection.batch);
    const refused = invalid >= 0 ? connection.rejectOfEntry(invalid) : broken;
    this.verdicts.set(node, refused);
    if (refused) {
      connection.rollback();
      this.condemn(node, refused);
      return refused;
    }
    connection.commit();
    this.timings.connect.observe(this.state.clock.monotonicMillis() - begun);
    this.best.prune();
    this.tell({ entry: node, block });
    return null;
  }

  /** Settles what lies below a block that is about to be connected; returns why it cannot be any more. */
  private async settleBelow(node: HeaderNode): Promise<Reject | null> {
    await this.settle();
    if (this.state.active.tip === node.parent) return null;
    const refused = parentInvalid();
    this.verdicts.set(node, refused);
    return refused;
  }

  private condemn(node: HeaderNode, refused: Reject): void {
    this.onRefused({ entry: node, reject: refused });
    if (refused.scope === "hash") {
      this.fail(node);
      return;
    }
    forgetReceived(node);
    this.best.remove(node);
    this.state.blocks.delete(node.hash);
    this.state.tree.changed(node);
  }

  /** True if the signatures of all connected blocks are verified. */
  get settled(): boolean {
    return this.unverified.length === 0;
  }

  /** Waits for the signatures of all connected blocks; a block with a bad one is disconnected with everything on top of it. */
  async settle(): Promise<void> {
    while (this.unverified.length > 0) await this.settleFirst();
  }

  private async settleFirst(): Promise<void> {
    const { node, block, connection, entry } = this.unverified[0] as Unverified;
    const invalid = await entry;
    if (invalid < 0) {
      this.unverified.shift();
      this.verdicts.set(node, null);
      this.tell({ entry: node, block });
      return;
    }
    const refused = connection.rejectOfEntry(invalid);
    while (this.state.active.contains(node)) this.disconnect();
    for (const { node: later } of this.unverified.splice(0)) {
      this.verdicts.set(later, later === node ? refused : parentInvalid());
    }
    this.condemn(node, refused);
    this.best.refill();
    await this.activateBest();
  }

  /** Scripts of blocks below a known checkpoint are not run: the checkpoint's hash commits to them. */
  private isBelowCheckpoint(node: HeaderNode): boolean {
    for (const checkpoint of this.state.params.checkpoints.toReversed() as NetworkParams["checkpoints"]) {
      const known = this.state.tree.get(checkpoint.hash);
      if (known) return node.height <= known.height && ancestorAt(known, node.height) === node;
    }
    return false;
  }

  /** Makes everything durable. Only verified blocks go to the disk. */
  async flush(): Promise<void> {
    await this.settle();
    const begun = this.state.clock.monotonicMillis();
    await this.turns.work(this.state.flushSteps());
    this.timings.flush.observe(this.state.clock.monotonicMillis() - begun);
    if (this.pruneLimit === null) return;
    const lowest = pruneBlocks(this.state, this.pruneLimit);
    if (lowest !== null) await this.turns.work(this.state.flushSteps({ [PRUNE_HEIGHT]: lowest }));
  }
}

/** The header itself, or the highest one below it that is not known to be invalid. */
function lastUsable(leaf: HeaderNode): HeaderNode {
  let node = leaf;
  while (!node.usable && node.parent) node = node.parent;
  return node;
}

/** The answer to a block on top of one that was found bad after it came. */
function parentInvalid(): Reject {
  return reject("block.parent-invalid", "bad-prevblk", 100);
}
