import type { ChainView } from "../../chain/index.ts";
import { bytesKey, equalBytes } from "../../protocol/bytes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { type CompactHeader, ProtocolViolation } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";

/** Hashes held at once: more are asked for when half of them are used up. */
const CAPACITY = 16_384;

/** Blocks beyond the tip that are asked for at once; those that come early wait in memory. */
const WINDOW = 512;

/** What else is known of blocks when the next ones are chosen. */
export interface KnownBlocks {
  isHere(key: string): boolean;
  readonly requested: { has(key: string): boolean };
}

export interface WantedBlock {
  readonly hash: Uint8Array;
  readonly height: number;
}

interface Hint {
  readonly hash: Uint8Array;
  readonly source: number;
}

/**
 * Hashes of the blocks after the tip as one peer claims them. Below the last checkpoint peers leave the solutions out of the
 * headers, so nothing shows that such a header is worth anything: it serves to ask for the block, and only the block's own
 * header, which is judged in full, joins the tree (spec p2p.md 3.4).
 */
export class BlockHints {
  private readonly view: ChainView;
  private readonly params: NetworkParams;
  /** Height of the last checkpoint; what lies above comes with whole headers. */
  readonly lastCheckpoint: number;
  private readonly checkpoints: ReadonlyMap<number, Uint8Array>;
  /** Claims for heights from {@link start} on. */
  private claims: Hint[] = [];
  private readonly heights = new Map<string, number>();
  private start = 0;

  constructor(view: ChainView, params: NetworkParams) {
    this.view = view;
    this.params = params;
    this.lastCheckpoint = params.checkpoints.at(-1)?.height ?? 0;
    this.checkpoints = new Map(params.checkpoints.map(({ height, hash }) => [height, hash]));
  }

  /** True if there are claims to follow. */
  get active(): boolean {
    this.trim();
    return this.claims.length > 0;
  }

  /** Highest claim; undefined without any. */
  get last(): WantedBlock | undefined {
    const hash = this.claims.at(-1)?.hash;
    return hash && { hash, height: this.start + this.claims.length - 1 };
  }

  /** Whose claims are followed. */
  get source(): number | null {
    return this.claims[0]?.source ?? null;
  }

  /** True if more claims should be asked for. */
  get wantsMore(): boolean {
    const { last } = this;
    return last !== undefined && last.height < this.lastCheckpoint && this.claims.length < CAPACITY / 2;
  }

  /** Hash of the last checkpoint: where a peer should stop. */
  get end(): Uint8Array {
    return this.params.checkpoints.at(-1)?.hash ?? this.params.genesisHash;
  }

  /** Height of a block that is claimed or has a known header. */
  private heightOf(hash: Uint8Array): number | undefined {
    return this.heights.get(bytesKey(hash)) ?? this.view.entry(hash)?.height;
  }

  /** True if the block is one of the claims. */
  has(hash: Uint8Array): boolean {
    return this.heights.has(bytesKey(hash));
  }

  /**
   * Takes claims that follow each other. Those of another branch than the present ones are ignored.
   * @throws ProtocolViolation for what breaks the order, leads nowhere, passes the last checkpoint or contradicts one
   */
  add(peer: Peer, entries: readonly Pick<CompactHeader, "hash" | "prevHash">[]): void {
    this.trim();
    let last: Uint8Array | null = null;
    for (const { hash, prevHash } of entries) {
      const known = this.heightOf(hash);
      if (known === undefined) {
        if (last && !equalBytes(prevHash, last)) throw new ProtocolViolation("cmpheaders out of order", 20);
        const parent = this.heightOf(prevHash);
        if (parent === undefined) throw new ProtocolViolation("cmpheaders without a known parent", 10);
        this.claim(peer, hash, prevHash, parent + 1);
      }
      last = hash;
    }
  }

  private claim(peer: Peer, hash: Uint8Array, prevHash: Uint8Array, height: number): void {
    const checkpoint = this.checkpoints.get(height);
    const contradicts = checkpoint !== undefined && !equalBytes(checkpoint, hash);
    // A peer is asked to stop at the last checkpoint, so that one itself may come.
    if (height > this.lastCheckpoint || contradicts) {
      if (contradicts) this.forget();
      throw new ProtocolViolation("cmpheaders for a block that no checkpoint covers", 100);
    }
    if (this.claims.length === 0) this.start = height;
    const parent = this.claims.at(-1)?.hash;
    if (parent && !equalBytes(parent, prevHash)) return;
    if (this.claims.length >= CAPACITY) return;
    this.claims.push({ hash: hash.slice(), source: peer.id });
    this.heights.set(bytesKey(hash), height);
  }

  /** The next claimed blocks that nobody was asked for. */
  next(peer: Peer, room: number, known: KnownBlocks): { wanted: WantedBlock[]; staller: null } {
    this.trim();
    const wanted: WantedBlock[] = [];
    if (peer.download.ignoresHints && peer.id !== this.source) return { wanted, staller: null };
    const startHeight = peer.introduction?.startHeight ?? 0;
    const count = Math.min(this.claims.length, WINDOW);
    for (let i = 0; i < count && wanted.length < room; i++) {
      const height = this.start + i;
      const { hash } = this.claims[i] as Hint;
      if (height > startHeight) break;
      const key = bytesKey(hash);
      if (!known.isHere(key) && !known.requested.has(key) && !this.view.entry(hash)?.hasData)
        wanted.push({ hash, height });
    }
    return { wanted, staller: null };
  }

  /** Drops the claims that the chain has caught up with. */
  private trim(): void {
    let done = 0;
    for (const { hash } of this.claims) {
      const entry = this.view.entry(hash);
      if (!entry?.hasData || entry.chainTransactionCount === 0) break;
      this.heights.delete(bytesKey(hash));
      done++;
    }
    if (done === 0) return;
    this.claims.splice(0, done);
    this.start += done;
  }

  /** A block was refused: if it was one of the claims, none of them can be relied on. */
  onBadBlock(): void {
    this.forget();
  }

  /** Gives up the claims, for instance because who made them cannot deliver. */
  forget(): void {
    this.claims = [];
    this.heights.clear();
  }
}
