import type { ChainView } from "../../chain/index.ts";
import type { Clock, Log } from "../../platform/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import type { Reject } from "../../protocol/rules/index.ts";
import { getdataMessage, InventoryType } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";

/** Old blocks that the node wants, in the order of the chain. */
export interface WantedHistory {
  /** Height of the first block. */
  readonly first: number;
  /** Height of the last block. */
  readonly last: number;
  /**
   * Judges the next block, at its own pace. Resolves to null, or to why this copy is no use.
   * When it rejects, nothing more is fetched.
   */
  take(block: Block): Promise<Reject | null>;
  /** Called when the last block was taken. */
  done(): void;
  failed(error: unknown): void;
}

/** What keeps a node from old blocks: those that belong to its tip. */
export interface TipWork {
  readonly isBusy: boolean;
}

export interface HistoryDownloadOptions {
  readonly view: ChainView;
  readonly peers: PeerSet;
  readonly clock: Clock;
  readonly log: Log;
  readonly tip: TipWork;
}

/** Blocks that are asked for or wait for their turn, in all and from one peer. */
const WINDOW = 32;
const MAX_FROM_PEER = 16;
/** Bytes of blocks that wait for their turn; with more, no others are asked for. */
const WAITING_BYTES = 16_000_000;
/** So long nothing must have been wanted for the tip. */
const QUIET_MILLIS = 300;
const ANSWER_MILLIS = 30_000;
/** A peer that did not have a block is not asked again for so long. */
const LACKING_MILLIS = 10 * 60_000;

interface Asked {
  readonly peer: Peer;
  readonly height: number;
  readonly deadline: number;
}

/** Fetches the blocks below a snapshot whenever there is nothing to do for the tip. */
export class HistoryDownload {
  private readonly options: HistoryDownloadOptions;
  private wanted: WantedHistory | null = null;
  /** Height of the next block to be judged. */
  private next = 0;
  private readonly asked = new Map<string, Asked>();
  private readonly arrived = new Map<number, { readonly peer: Peer; readonly block: Block }>();
  private arrivedBytes = 0;
  /** Until when peers are not asked, milliseconds of the monotonic clock. */
  private readonly lacking = new WeakMap<Peer, number>();
  private busyAt = Number.NEGATIVE_INFINITY;
  private judging = false;

  constructor(options: HistoryDownloadOptions) {
    this.options = options;
  }

  /** Begins to fetch. */
  begin(wanted: WantedHistory): void {
    this.wanted = wanted;
    this.next = wanted.first;
    if (wanted.first > wanted.last) this.finish();
  }

  /** Fetches nothing more. */
  end(): void {
    this.wanted = null;
    this.asked.clear();
    this.arrived.clear();
    this.arrivedBytes = 0;
  }

  private finish(): void {
    const { wanted } = this;
    this.end();
    wanted?.done();
  }

  tick(): void {
    if (!this.wanted) return;
    const now = this.options.clock.monotonicMillis();
    if (this.options.tip.isBusy) this.busyAt = now;
    for (const [key, { peer, deadline }] of this.asked) {
      if (deadline < now) {
        this.asked.delete(key);
        this.lacking.set(peer, now + LACKING_MILLIS);
      }
    }
    this.goOn();
  }

  /** Forgets what was asked from a peer that is gone. */
  release(gone: Peer): void {
    for (const [key, { peer }] of this.asked) if (peer === gone) this.asked.delete(key);
  }

  private get isQuiet(): boolean {
    return !this.options.tip.isBusy && this.options.clock.monotonicMillis() - this.busyAt >= QUIET_MILLIS;
  }

  private goOn(): void {
    if (!this.wanted || !this.isQuiet) return;
    this.plan(this.wanted);
    void this.judge();
  }

  private plan({ last }: WantedHistory): void {
    const { view, clock } = this.options;
    const heights = new Set([...this.asked.values()].map(({ height }) => height));
    const end = Math.min(last, this.next + WINDOW - 1);
    const now = clock.monotonicMillis();
    for (let height = this.next; height <= end && this.arrivedBytes < WAITING_BYTES; height++) {
      if (heights.has(height) || this.arrived.has(height)) continue;
      const hash = view.entryAt(height)?.hash;
      const peer = this.peerFor(height, now);
      if (!hash || !peer) return;
      this.asked.set(bytesKey(hash), { peer, height, deadline: now + ANSWER_MILLIS });
      peer.send(getdataMessage, [{ type: InventoryType.block, hash }]);
    }
  }

  /** The peer with the least to do among those that should have the block. */
  private peerFor(height: number, now: number): Peer | null {
    const load = new Map<Peer, number>();
    for (const { peer } of this.asked.values()) load.set(peer, (load.get(peer) ?? 0) + 1);
    let best: Peer | null = null;
    for (const peer of this.options.peers.introduced()) {
      const reaches = Math.max(peer.introduction?.startHeight ?? 0, peer.download.bestKnown?.height ?? 0);
      if (!peer.acknowledged || !peer.servesBlocks || reaches < height) continue;
      if ((this.lacking.get(peer) ?? 0) > now || (load.get(peer) ?? 0) >= MAX_FROM_PEER) continue;
      if (!best || (load.get(peer) ?? 0) < (load.get(best) ?? 0)) best = peer;
    }
    return best;
  }

  /** A block from a peer; false if it is not one that was asked for here. */
  onBlock(peer: Peer, block: Block): boolean {
    const key = bytesKey(block.header.hash);
    const asked = this.asked.get(key);
    if (!asked) return false;
    this.asked.delete(key);
    this.arrived.set(asked.height, { peer, block });
    this.arrivedBytes += block.raw.length;
    this.goOn();
    return true;
  }

  /** Hands blocks in, one after the other, as long as nothing has to be done for the tip. */
  private async judge(): Promise<void> {
    if (this.judging) return;
    this.judging = true;
    try {
      for (let wanted = this.wanted; wanted && this.isQuiet; wanted = this.wanted) {
        const arrived = this.arrived.get(this.next);
        if (!arrived) break;
        await this.judgeNext(wanted, arrived);
        if (this.wanted) this.plan(wanted);
      }
    } finally {
      this.judging = false;
    }
  }

  private async judgeNext(
    wanted: WantedHistory,
    { peer, block }: { readonly peer: Peer; readonly block: Block },
  ): Promise<void> {
    let reject: Reject | null;
    try {
      reject = await wanted.take(block);
    } catch (error) {
      this.end();
      wanted.failed(error);
      return;
    }
    if (this.wanted !== wanted) return;
    this.arrived.delete(this.next);
    this.arrivedBytes -= block.raw.length;
    if (reject) {
      this.options.log.info("a copy of an old block is no use", { height: this.next, reason: reject.reason });
      this.lacking.set(peer, this.options.clock.monotonicMillis() + LACKING_MILLIS);
      peer.punish(reject.blame, reject.reason || reject.rule);
      return;
    }
    if (this.next++ === wanted.last) this.finish();
  }
}
