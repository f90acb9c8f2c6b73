import type { ChainView, HeaderEntry, TipChange } from "../../chain/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import { decodeBlock } from "../../protocol/primitives/index.ts";
import { cmpctblockMessage, headersMessage, InventoryType, invMessage } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";
import { makeCompactBlock } from "../serve/make-compact-block.ts";
import { ancestorOf } from "./block-locator.ts";

/** Peers that are farther behind would not know what to do with a new block (spec p2p.md 3.8). */
const MAX_BEHIND = 2000;

/** Headers that announce a reorganisation at most; a longer one is announced by its tip alone. */
const MAX_ANNOUNCED = 16;

export interface BlockAnnouncerOptions {
  readonly view: ChainView;
  readonly peers: PeerSet;
  readonly randomNonce: () => bigint;
}

/** Tells peers of a new tip, each in the way that it asked for. */
export class BlockAnnouncer {
  private readonly view: ChainView;
  private readonly peers: PeerSet;
  private readonly randomNonce: () => bigint;
  /** The block on which everything that is not announced yet stands; null if there is nothing. */
  private base: HeaderEntry | null = null;

  constructor({ view, peers, randomNonce }: BlockAnnouncerOptions) {
    this.view = view;
    this.peers = peers;
    this.randomNonce = randomNonce;
  }

  /** Notes a new tip; {@link announce} tells of all of them together. */
  onTip({ disconnected, connected }: TipChange): void {
    if (this.view.initialDownload) {
      this.base = null;
      return;
    }
    const fork = (disconnected.at(-1)?.entry.parent ?? connected?.entry.parent ?? null) as HeaderEntry | null;
    if (fork && (!this.base || fork.height < this.base.height)) this.base = fork;
  }

  /** Tells every peer of what is new since the last time. */
  announce(): void {
    const { base, view } = this;
    if (!base) return;
    this.base = null;
    const { tip } = view;
    if (tip.id === base.id) return;
    const unknown = view.params.checkpoints.at(-1)?.height ?? 0;
    for (const peer of this.peers.introduced()) {
      const start = peer.introduction?.startHeight ?? -1;
      if (tip.height > (start === -1 ? unknown : start - MAX_BEHIND)) this.tell(peer, base, tip);
    }
  }

  private tell(peer: Peer, base: HeaderEntry, tip: HeaderEntry): void {
    if (peer.isClogged || this.has(peer, tip)) return;
    const isStep = tip.parent?.hash === base.hash || tip.height === base.height + 1;
    if (peer.wantsCompactBlocks && isStep && this.sendCompact(peer, tip)) return;
    const entries = this.newEntries(base, tip);
    if (peer.wantsHeaders && entries) {
      peer.send(
        headersMessage,
        entries.map(({ header }) => header),
      );
      return;
    }
    if (peer.inventory.known.add(bytesKey(tip.hash))) {
      peer.send(invMessage, [{ type: InventoryType.block, hash: tip.hash }]);
    }
  }

  /** True if the peer announced the block itself, or one on top of it. */
  private has(peer: Peer, { height, id }: HeaderEntry): boolean {
    const best = peer.download.bestKnown;
    return best !== null && best.height >= height && ancestorOf(this.view, best, height)?.id === id;
  }

  private sendCompact(peer: Peer, tip: HeaderEntry): boolean {
    const raw = this.view.rawBlock(tip);
    if (!raw) return false;
    peer.send(cmpctblockMessage, makeCompactBlock(decodeBlock(raw), this.randomNonce()));
    return true;
  }

  /** The blocks after the base, so that a peer on the base can follow; null for too many. */
  private newEntries(base: HeaderEntry, tip: HeaderEntry): HeaderEntry[] | null {
    if (tip.height - base.height > MAX_ANNOUNCED) return null;
    const entries: HeaderEntry[] = [];
    for (let at: HeaderEntry | null = tip; at && at.height > base.height; at = at.parent as HeaderEntry | null) {
      entries.push(at);
    }
    return entries.reverse();
  }
}
