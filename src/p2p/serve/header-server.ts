import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { bytesKey, equalBytes } from "../../protocol/bytes/index.ts";
import {
  cmpheadersMessage,
  compactHeader,
  headersMessage,
  type InventoryItem,
  InventoryType,
  invMessage,
  type LocatorRequest,
  MAX_COMPACT_HEADERS,
  MAX_HEADERS,
} from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import { COMPACT_VERSION } from "../protocol-version.ts";
import { locatedBlock } from "../sync/block-locator.ts";

/** Hashes in the answer to one `getblocks`. */
const MAX_BLOCK_HASHES = 500;

/** A pruned node names only blocks that it will still have when they are asked for. */
const KEPT_BLOCKS = 288;
const PRUNING_MARGIN_SECONDS = 3600;

/** Tells peers which blocks this node's chain is made of (spec p2p.md 3.2 to 3.4). */
export class HeaderServer {
  private readonly view: ChainView;

  constructor(view: ChainView) {
    this.view = view;
  }

  /**
   * True while the own chain is not worth telling about: it has too little work, or better headers are known and their blocks
   * are on the way. Unlike in the reference, a chain whose last block is merely old is told about, or nobody could ever start
   * from nodes that all were stopped for some hours.
   */
  private get isBehind(): boolean {
    const { view } = this;
    if (!view.initialDownload) return false;
    return view.tip.chainWork < view.params.minimumChainWork || view.bestHeader.chainWork > view.tip.chainWork;
  }

  onGetHeaders(peer: Peer, { locator, stop }: LocatorRequest): void {
    const { view } = this;
    if (this.isBehind) return;
    const start = locator.length === 0 ? view.entry(stop) : view.next(locatedBlock(view, locator));
    if (locator.length === 0 && !start) return;
    if (start && this.sendCompact(peer, start, stop)) return;
    const entries = this.collect(start, stop, MAX_HEADERS);
    peer.send(
      headersMessage,
      entries.map(({ header }) => header),
    );
  }

  /** The active chain from a block on, up to a hash or a number of blocks. */
  private collect(start: HeaderEntry | undefined, stop: Uint8Array, limit: number): HeaderEntry[] {
    const entries: HeaderEntry[] = [];
    for (let entry = start; entry && entries.length < limit; entry = this.view.next(entry)) {
      entries.push(entry);
      if (equalBytes(entry.hash, stop)) break;
    }
    return entries;
  }

  /**
   * Answers without solutions where the last checkpoint covers the blocks. A batch that would reach the checkpoint itself gets the
   * sender banned by the reference, so there whole headers are sent.
   */
  private sendCompact(peer: Peer, start: HeaderEntry, stop: Uint8Array): boolean {
    const checkpoint = this.view.params.checkpoints.at(-1)?.height ?? 0;
    if (peer.version < COMPACT_VERSION || start.height >= checkpoint) return false;
    const entries = this.collect(start, stop, MAX_COMPACT_HEADERS);
    if ((entries.at(-1)?.height ?? checkpoint) >= checkpoint) return false;
    peer.send(
      cmpheadersMessage,
      entries.map(({ header }) => compactHeader(header)),
    );
    return true;
  }

  onGetBlocks(peer: Peer, { locator, stop }: LocatorRequest): void {
    const { view } = this;
    const spacing = view.params.powTargetSpacing;
    const oldestKept = view.tip.height - (KEPT_BLOCKS - Math.floor(PRUNING_MARGIN_SECONDS / spacing));
    const items: InventoryItem[] = [];
    let entry = view.next(locatedBlock(view, locator));
    for (; entry && !equalBytes(entry.hash, stop); entry = view.next(entry)) {
      if (!entry.hasData && entry.height <= oldestKept) break;
      items.push({ type: InventoryType.block, hash: entry.hash });
      if (items.length < MAX_BLOCK_HASHES) continue;
      peer.inventory.continuation = bytesKey(entry.hash);
      break;
    }
    if (items.length > 0) peer.send(invMessage, items);
  }
}
