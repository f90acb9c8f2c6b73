import type { Chain, ChainView, HeaderEntry } from "../../chain/index.ts";
import { type Clock, type Log, randomBelow } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import type { BlockHeader } from "../../protocol/primitives/index.ts";
import {
  type CompactHeader,
  getheadersMessage,
  MAX_COMPACT_HEADERS,
  MAX_HEADERS,
  ProtocolViolation,
} from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import { downloadPeers, type PeerSet } from "../peer-set.ts";
import { PROTOCOL_VERSION } from "../protocol-version.ts";
import { noteAvailable } from "./availability.ts";
import type { BlockHints } from "./block-hints.ts";
import { blockLocator } from "./block-locator.ts";

const NOWHERE = new Uint8Array(32);

/** Seconds: with a best header younger than this, every peer is asked for headers (spec p2p.md 3.9). */
const RECENT = 24 * 3600;

/** A peer that does not answer a request for headers for so long is not the one to follow. */
const ANSWER_MILLIS = 60_000;

/** Between two attempts to learn more from peers that had nothing new. */
const RETRY_MILLIS = 30_000;

/** Points for an announcement whose parent is not known (spec p2p.md section 4). */
const UNCONNECTED_POINTS = 10;

/**
 * Headers beside the best branch cost room for ever, and by Proof of Node they cost their maker nothing. A peer may send so many
 * at once, and so many per second: more than any honest reorganisation needs.
 */
const SIDE_HEADERS = 6_000;
const SIDE_HEADERS_PER_SECOND = 2;
const SIDE_POINTS = 20;

export interface HeaderSyncOptions {
  readonly chain: Chain;
  readonly peers: PeerSet;
  readonly clock: Clock;
  readonly log: Log;
  readonly hints: BlockHints;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
  /** Told when headers made more blocks worth asking for. */
  readonly onHeaders: () => void;
}

/** Learns the branches of the peers, headers first: from one peer after the other while far behind, then from all. */
export class HeaderSync {
  private readonly options: HeaderSyncOptions;
  private readonly view: ChainView;
  /** Whom headers are asked from while far behind. */
  private leader: Peer | null = null;
  private retriedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HeaderSyncOptions) {
    this.options = options;
    this.view = options.chain.view;
  }

  /** Starts to ask peers that were not asked yet, and gives up the ones that do not answer. */
  tick(): void {
    this.dropSilent();
    if (this.leader?.closed) this.leader = null;
    if (this.options.hints.active) {
      this.followHints();
      return;
    }
    const { peers } = this.options;
    const recent = !this.isFarBehind();
    const candidates = recent ? peers.introduced().filter(({ servesBlocks }) => servesBlocks) : downloadPeers(peers);
    for (const peer of candidates) {
      if (peer.download.headersStarted) continue;
      if (!recent && this.leader !== null) break;
      this.start(peer);
    }
    if (!recent && this.leader === null) this.start(this.anyIdle(candidates));
  }

  /** Asks for more claims before the present ones are used up. Other headers wait until the blocks have come so far. */
  private followHints(): void {
    const { hints, peers } = this.options;
    if (!hints.wantsMore) return;
    const peer = this.leader ?? this.anyIdle(downloadPeers(peers));
    if (peer && peer.download.headersAskedAt === null) this.askOnFromHints(peer);
  }

  /** One of the peers that are not being asked; not too often, because they were asked before. */
  private anyIdle(candidates: readonly Peer[]): Peer | undefined {
    const now = this.options.clock.monotonicMillis();
    if (now - this.retriedAt < RETRY_MILLIS) return undefined;
    this.retriedAt = now;
    const idle = candidates.filter(({ download }) => download.headersAskedAt === null);
    return idle[randomBelow(idle.length)];
  }

  private start(peer: Peer | undefined): void {
    if (!peer) return;
    peer.download.headersStarted = true;
    this.leader = peer;
    const { bestHeader } = this.view;
    // From the parent on, so that even a peer without news has something to answer.
    this.ask(peer, (bestHeader.parent as HeaderEntry | null) ?? bestHeader);
  }

  private dropSilent(): void {
    const now = this.options.clock.monotonicMillis();
    for (const peer of this.options.peers.all()) {
      const { headersAskedAt } = peer.download;
      if (headersAskedAt === null || now - headersAskedAt < ANSWER_MILLIS) continue;
      peer.download.headersAskedAt = null;
      if (this.leader !== peer) continue;
      this.leader = null;
      // Far behind, somebody else has to lead; up to date, silence is the answer of a peer that is itself behind.
      if (this.isFarBehind() && peer.kind === "outbound") peer.disconnect("no answer to getheaders");
    }
  }

  private isFarBehind(): boolean {
    return this.view.bestHeader.time <= this.options.adjustedTime() - RECENT;
  }

  /** Asks for the headers after a block. @param stop hash of the last one wanted */
  ask(peer: Peer, from: HeaderEntry, stop: Uint8Array = NOWHERE): void {
    peer.download.headersAskedFrom = from.height;
    this.sendRequest(peer, blockLocator(this.view, from), this.stopOf(from, stop));
  }

  /** Below the last checkpoint that is where the peer has to stop: beyond it, a header without solution would be an offence. */
  private stopOf(from: HeaderEntry, stop: Uint8Array): Uint8Array {
    const { hints } = this.options;
    return equalBytes(stop, NOWHERE) && from.height < hints.lastCheckpoint ? hints.end : stop;
  }

  private sendRequest(peer: Peer, locator: readonly Uint8Array[], stop: Uint8Array): void {
    peer.download.headersAskedAt = this.options.clock.monotonicMillis();
    peer.send(getheadersMessage, { version: PROTOCOL_VERSION, locator, stop });
  }

  private askOnFromHints(peer: Peer): void {
    const { last } = this.options.hints;
    if (!last) return;
    const locator = [last.hash, ...blockLocator(this.view, this.view.tip)];
    this.sendRequest(peer, locator, this.options.hints.end);
  }

  /** A `headers` message. */
  async onHeaders(peer: Peer, headers: readonly BlockHeader[]): Promise<void> {
    peer.download.headersAskedAt = null;
    const [first] = headers;
    if (!first) {
      this.finish(peer);
      return;
    }
    if (this.options.hints.has(first.prevHash)) {
      this.onHints(peer, headers, MAX_HEADERS);
      return;
    }
    if (!this.view.entry(first.prevHash) && !this.view.entry(first.hash)) {
      this.onUnconnected(peer, headers);
      return;
    }
    const good = headers.slice(0, continuous(headers));
    const { last, added, reject } = await this.options.chain.submitHeaders(good);
    if (reject) {
      peer.punish(reject.blame, reject.reason || reject.rule);
      return;
    }
    if (good.length < headers.length) throw new ProtocolViolation("headers out of order", 20);
    if (!last) return;
    peer.forgive(peer.download.unconnectedPoints);
    peer.download.unconnectedPoints = 0;
    noteAvailable(this.view, peer, last.hash);
    if (added > 0) this.noteSide(peer, last, added);
    if (headers.length === MAX_HEADERS || this.isEnd(last.hash)) this.goOn(peer, last, added);
    else this.finish(peer);
    this.options.onHeaders();
  }

  /** There are more: the next ones after these, or after the best header where that is farther along the same branch. */
  private goOn(peer: Peer, last: HeaderEntry, added: number): void {
    const { bestHeader } = this.view;
    const onBest = this.view.bestHeaderAt(last.height)?.id === last.id;
    // What lies before the place that was asked about leads nowhere.
    if (added === 0 && last.height <= peer.download.headersAskedFrom) this.finish(peer);
    else this.ask(peer, added === 0 && onBest ? bestHeader : last);
  }

  /** True where a peer was told to stop. */
  private isEnd(hash: Uint8Array): boolean {
    const { hints } = this.options;
    return hints.lastCheckpoint > 0 && equalBytes(hash, hints.end);
  }

  private finish(peer: Peer): void {
    if (this.leader === peer) this.leader = null;
  }

  /** Blocks were announced whose parents are not known: asks for the gap. */
  private onUnconnected(peer: Peer, headers: readonly BlockHeader[]): void {
    const last = headers.at(-1) as BlockHeader;
    peer.download.unconnectedPoints += UNCONNECTED_POINTS;
    peer.punish(UNCONNECTED_POINTS, "headers without a known parent");
    if (peer.closed) return;
    noteAvailable(this.view, peer, last.hash);
    this.ask(peer, this.view.bestHeader);
  }

  private noteSide(peer: Peer, last: HeaderEntry, added: number): void {
    const { download } = peer;
    if (this.view.bestHeaderAt(last.height)?.id === last.id) {
      download.sideHeaders = 0;
      return;
    }
    const now = this.options.clock.monotonicMillis();
    const faded = ((now - download.sideHeadersAt) / 1000) * SIDE_HEADERS_PER_SECOND;
    download.sideHeaders = Math.max(0, download.sideHeaders - faded) + added;
    download.sideHeadersAt = now;
    if (download.sideHeaders > SIDE_HEADERS) peer.punish(SIDE_POINTS, "too many headers beside the best branch");
  }

  /** A `cmpheaders` message. */
  onCompactHeaders(peer: Peer, headers: readonly CompactHeader[]): void {
    peer.download.headersAskedAt = null;
    if (headers.length === 0) this.finish(peer);
    else this.onHints(peer, headers, MAX_COMPACT_HEADERS);
  }

  private onHints(peer: Peer, headers: readonly Pick<CompactHeader, "hash" | "prevHash">[], full: number): void {
    const { hints } = this.options;
    hints.add(peer, headers);
    const last = (headers.at(-1) as CompactHeader).hash;
    noteAvailable(this.view, peer, last);
    // Beyond the last checkpoint it goes on with whole headers, once the blocks have come so far.
    if (this.isEnd(last)) peer.download.headersStarted = false;
    if (headers.length < full) this.finish(peer);
    else if (hints.wantsMore) this.askOnFromHints(peer);
    this.options.onHeaders();
  }
}

/** How many headers from the first on each follow the one before. */
function continuous(headers: readonly BlockHeader[]): number {
  for (let i = 1; i < headers.length; i++) {
    if (!equalBytes((headers[i] as BlockHeader).prevHash, (headers[i - 1] as BlockHeader).hash)) return i;
  }
  return headers.length;
}
