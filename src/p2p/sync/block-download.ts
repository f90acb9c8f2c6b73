import type { BlockOutcome, Chain, ChainView, HeaderEntry, RefusedBlock } from "../../chain/index.ts";
import { type Clock, type Log, later } from "../../platform/index.ts";
import { bytesKey, toDisplayHash } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import type { Reject } from "../../protocol/rules/index.ts";
import { getdataMessage, type InventoryItem, InventoryType, MAX_REJECT_REASON } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import { downloadPeers, type PeerSet } from "../peer-set.ts";
import { noteAvailable, refreshAvailability } from "./availability.ts";
import type { BlockHints } from "./block-hints.ts";
import { BlockIntake } from "./block-intake.ts";
import { ancestorOf } from "./block-locator.ts";
import { RequestedBlocks } from "./requested-blocks.ts";

/** Blocks asked from one peer at once (spec p2p.md 3.9). */
export const MAX_REQUESTED = 128;

/** Blocks beyond the last one that both have. Small, so that a slow peer is soon noticed. */
const WINDOW = 1024;

/** A peer that everybody waits for is given up after this. */
const STALL_MILLIS = 2_000;

/** While this node itself is late, nobody can tell whether a peer is: no more than this counts from one turn to the next. */
const TURN_MILLIS = 500;

/** Unrequested blocks farther above the tip are not looked at (spec block-and-pow.md 6.6). */
const MAX_AHEAD = 288;

/** Blocks that come in quick succession are planned for together. */
const REFILL_MILLIS = 5;

/** Sources of blocks that are not connected yet. */
const MAX_SOURCES = 10_000;

export interface BlockDownloadOptions {
  readonly chain: Chain;
  readonly peers: PeerSet;
  readonly clock: Clock;
  readonly log: Log;
  readonly hints: BlockHints;
}

/** Fetches blocks along the branches that peers have, and hands them to the chain. */
export class BlockDownload {
  readonly requested: RequestedBlocks;
  readonly intake: BlockIntake;
  private readonly chain: Chain;
  private readonly view: ChainView;
  private readonly peers: PeerSet;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly hints: BlockHints;
  /** Who sent a block, by its key; the oldest is forgotten first. */
  private readonly sources = new Map<string, number>();
  private readonly forgetRefusals: () => void;
  private tickedAt: number;
  /** Nothing is asked for while the node builds its chain from blocks that it has. */
  held = false;
  private planning = false;
  private cancelPlan: () => void = () => {};

  constructor({ chain, peers, clock, log, hints }: BlockDownloadOptions) {
    this.chain = chain;
    this.view = chain.view;
    this.peers = peers;
    this.clock = clock;
    this.log = log;
    this.hints = hints;
    this.tickedAt = clock.monotonicMillis();
    this.requested = new RequestedBlocks(peers, chain.params.powTargetSpacing);
    this.intake = new BlockIntake({
      view: chain.view,
      submit: (block) => chain.submitBlock(block),
      isRequested: (key) => this.requested.has(key),
      onHandIn: (source, key) => this.noteSource(key, source),
      onOutcome: (source, block, outcome) => this.onOutcome(source, block, outcome),
      onError: (error) => this.log.error("a block could not be judged", { error: String(error) }),
    });
    this.forgetRefusals = chain.onRefused((block) => this.onRefused(block));
  }

  /** Gives up peers that keep everybody waiting, and asks for what is missing. */
  tick(): void {
    const now = this.clock.monotonicMillis();
    const turn = Math.min(TURN_MILLIS, now - this.tickedAt);
    this.tickedAt = now;
    for (const peer of this.peers.all()) {
      const { download } = peer;
      // Perhaps the block is among what came and is not looked at yet.
      if (download.stalledFor === null || peer.waitingMessages > 0) continue;
      download.stalledFor += turn;
      if (download.stalledFor > STALL_MILLIS) peer.disconnect("stalls the download of blocks");
    }
    for (const peer of this.requested.overdue(now)) {
      if (this.hints.active && this.hints.source !== peer.id && this.peers.get(this.hints.source ?? -1)) {
        // Perhaps the block does not exist: then only who claimed it can be blamed.
        peer.download.ignoresHints = true;
        this.requested.release(peer);
        continue;
      }
      if (this.hints.active) this.hints.forget();
      peer.disconnect("a block did not come in time");
    }
    this.plan();
  }

  /** Forgets what was asked from a peer that is gone. */
  release(peer: Peer): void {
    this.requested.release(peer);
    if (this.hints.source === peer.id) this.hints.forget();
  }

  /** Asks every peer that can give blocks for as many as it may be asked for. */
  plan(): void {
    if (this.held) return;
    for (const peer of downloadPeers(this.peers)) this.planFor(peer);
    if (this.view.initialDownload) return;
    for (const peer of this.peers.introduced()) if (peer.servesBlocks) this.planFor(peer);
  }

  /** Asks for more soon, once a good part of what a peer was asked for has come. */
  refill(peer: Peer): void {
    if (this.planning || peer.download.requested.size > MAX_REQUESTED / 2) return;
    this.planning = true;
    this.cancelPlan = later(REFILL_MILLIS, () => {
      this.planning = false;
      this.plan();
    });
  }

  /** Asks for nothing more. */
  close(): void {
    this.cancelPlan();
    this.planning = true;
    this.intake.close();
    this.forgetRefusals();
  }

  private planFor(peer: Peer): void {
    if (peer.closed) return;
    const room = MAX_REQUESTED - peer.download.requested.size;
    if (room <= 0) return;
    const { wanted, staller } = this.hints.active ? this.hints.next(peer, room, this) : this.nextBlocks(peer, room);
    if (wanted.length > 0) this.request(peer, wanted);
    else if (staller && peer.download.requested.size === 0) this.noteStalling(staller);
  }

  private noteStalling(staller: Peer): void {
    staller.download.stalledFor ??= 0;
  }

  /** @param height -1 when the header is not known */
  request(peer: Peer, blocks: readonly { readonly hash: Uint8Array; readonly height: number }[]): void {
    const items: InventoryItem[] = [];
    for (const { hash, height } of blocks) {
      this.requested.add(peer, bytesKey(hash), height);
      items.push({ type: InventoryType.block, hash });
    }
    peer.send(getdataMessage, items);
  }

  /** True while blocks are on their way or being judged. */
  get isBusy(): boolean {
    return this.requested.size > 0 || !this.intake.isIdle;
  }

  /** True if the block is here, or on its way to be judged. */
  isHere(key: string): boolean {
    return this.intake.has(key);
  }

  /** The next blocks of a peer's branch that nobody was asked for; or who keeps the window from moving. */
  private nextBlocks(peer: Peer, room: number): { wanted: HeaderEntry[]; staller: Peer | null } {
    const { view } = this;
    const { download } = peer;
    const wanted: HeaderEntry[] = [];
    refreshAvailability(view, peer);
    const best = download.bestKnown;
    if (!best || best.chainWork < view.tip.chainWork) return { wanted, staller: null };
    let common = this.lastCommon(peer, best);
    const end = common.height + WINDOW;
    const branch = branchOf(view, best, common.height + 1, Math.min(best.height, end + 1));
    let waitingFor: Peer | null = null;
    for (const entry of branch) {
      if (entry.failed || entry.failedAncestor) break;
      const key = bytesKey(entry.hash);
      if (entry.hasData || view.isActive(entry)) {
        if (entry.chainTransactionCount > 0) common = entry;
      } else if (this.requested.has(key)) waitingFor ??= this.requested.holder(key) ?? null;
      else if (!this.intake.has(key)) {
        if (entry.height > end) {
          download.lastCommon = common;
          const staller = wanted.length === 0 && waitingFor !== peer ? waitingFor : null;
          return { wanted, staller };
        }
        wanted.push(entry);
        if (wanted.length === room) break;
      }
    }
    download.lastCommon = common;
    return { wanted, staller: null };
  }

  private lastCommon(peer: Peer, best: HeaderEntry): HeaderEntry {
    const { view } = this;
    const { tip } = view;
    const guess = peer.download.lastCommon ?? view.entryAt(Math.min(best.height, tip.height));
    let common: HeaderEntry = guess && guess.height <= best.height ? guess : best;
    while (common.height > 0 && ancestorOf(view, best, common.height)?.id !== common.id) {
      common = (common.parent as HeaderEntry | null) ?? common;
    }
    return common;
  }

  /** A `block` message. */
  async onBlock(peer: Peer, block: Block, force = false): Promise<void> {
    const { hash } = block.header;
    const key = bytesKey(hash);
    peer.inventory.known.add(key);
    const asked = this.requested.take(key);
    if (asked || force) {
      const room = this.intake.add(peer, block);
      this.refill(peer);
      return room;
    }
    if (!(await this.isWelcome(peer, block))) return;
    await this.intake.add(peer, block);
  }

  /** Looks at a block that nobody asked for; its header is judged like any other (spec block-and-pow.md 6.6). */
  private async isWelcome(peer: Peer, { header }: Block): Promise<boolean> {
    const { view } = this;
    const { reject } = await this.chain.submitHeaders([header]);
    if (reject) {
      peer.refuse("block", reject.code, reject.reason.slice(0, MAX_REJECT_REASON), header.hash);
      peer.punish(reject.blame, reject.reason || reject.rule);
      return false;
    }
    noteAvailable(view, peer, header.hash);
    const entry = view.entry(header.hash);
    if (!entry || entry.hasData || this.intake.has(bytesKey(header.hash))) return false;
    return entry.chainWork > view.tip.chainWork && entry.height <= view.tip.height + MAX_AHEAD;
  }

  private onOutcome(source: Peer, block: Block, { reject, judged }: BlockOutcome): void {
    // A block that was refused while it was connected goes through onRefused.
    if (reject && !judged) this.blame(block.header.hash, reject, source);
    if (judged) this.sources.delete(bytesKey(block.header.hash));
    this.refill(source);
  }

  private onRefused({ entry, reject }: RefusedBlock): void {
    const source = this.sources.get(bytesKey(entry.hash));
    this.blame(entry.hash, reject, source === undefined ? undefined : this.peers.get(source));
  }

  private blame(hash: Uint8Array, reject: Reject, source: Peer | undefined): void {
    this.log.info("block refused", {
      hash: toDisplayHash(hash),
      reason: reject.reason || reject.rule,
      peer: source?.id,
    });
    this.intake.dropEarly(bytesKey(hash));
    this.hints.onBadBlock();
    source?.refuse("block", reject.code, reject.reason.slice(0, MAX_REJECT_REASON), hash);
    // Who was asked for the child of a bad block is not to blame for it.
    if (reject.rule !== "header.parent-invalid") source?.punish(reject.blame, reject.reason || reject.rule);
  }

  private noteSource(key: string, source: Peer): void {
    this.sources.set(key, source.id);
    if (this.sources.size <= MAX_SOURCES) return;
    for (const oldest of this.sources.keys()) {
      this.sources.delete(oldest);
      break;
    }
  }
}

/** The ancestors of a header from one height to another, ascending. */
function branchOf(view: ChainView, top: HeaderEntry, from: number, to: number): HeaderEntry[] {
  const onBest = view.bestHeaderAt(top.height)?.id === top.id;
  if (onBest) return view.bestHeaders(from, to);
  const entries: HeaderEntry[] = [];
  for (let at: HeaderEntry | null = ancestorOf(view, top, to) ?? null; at && at.height >= from; ) {
    entries.push(at);
    at = at.parent as HeaderEntry | null;
  }
  return entries.reverse();
}
