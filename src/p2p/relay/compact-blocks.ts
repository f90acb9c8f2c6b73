import type { Chain, ChainView } from "../../chain/index.ts";
import type { Clock, Log } from "../../platform/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import { decodeBlock, type Transaction } from "../../protocol/primitives/index.ts";
import {
  type BlockTransactions,
  type BlockTransactionsRequest,
  blocktxnMessage,
  type CompactBlock,
  getblocktxnMessage,
  ProtocolViolation,
} from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import { noteAvailable } from "../sync/availability.ts";
import type { BlockDownload } from "../sync/block-download.ts";
import { PartialBlock } from "./partial-block.ts";

/** Blocks farther below the tip are fetched whole. */
const MAX_DEPTH = 100;
/** Transactions are given for blocks that are not deeper. */
const SERVED_DEPTH = 15;
const MAX_TRANSACTIONS = 20_000;
/** Blocks that wait for transactions, one for each peer at most. */
const MAX_PARTIAL = 16;
const PARTIAL_MILLIS = 10 * 60 * 1000;

export interface CompactBlocksOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly log: Log;
  readonly download: BlockDownload;
  /** Transactions at hand that a block may hold. */
  readonly candidates: () => Iterable<Transaction>;
}

interface Waiting {
  readonly key: string;
  readonly hash: Uint8Array;
  readonly block: PartialBlock;
  readonly until: number;
}

/**
 * Makes whole blocks of compact ones. Unlike the reference, which drops a block at the first transaction it does not have, this
 * asks for what is missing.
 */
export class CompactBlocks {
  private readonly chain: Chain;
  private readonly view: ChainView;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly download: BlockDownload;
  private readonly candidates: () => Iterable<Transaction>;
  private readonly waiting = new Map<Peer, Waiting>();

  constructor({ chain, clock, log, download, candidates }: CompactBlocksOptions) {
    this.chain = chain;
    this.view = chain.view;
    this.clock = clock;
    this.log = log;
    this.download = download;
    this.candidates = candidates;
  }

  /** A `cmpctblock` message. */
  async onCompactBlock(peer: Peer, compact: CompactBlock): Promise<void> {
    const { view } = this;
    const { hash } = compact.header;
    if (view.entry(hash)) {
      noteAvailable(view, peer, hash);
      return;
    }
    const { reject } = await this.chain.submitHeaders([compact.header]);
    if (reject) {
      peer.punish(reject.blame, reject.reason || reject.rule);
      return;
    }
    noteAvailable(view, peer, hash);
    const entry = view.entry(hash);
    if (!entry || entry.height < view.tip.height - MAX_DEPTH || view.initialDownload) return;
    const partial = new PartialBlock(compact, this.candidates());
    const { missing } = partial;
    const key = bytesKey(hash);
    if (missing.length === 0) {
      const block = partial.complete([]);
      if (block) await this.download.onBlock(peer, block);
      return;
    }
    if (this.waiting.size >= MAX_PARTIAL || this.download.requested.has(key) || this.download.isHere(key)) return;
    this.log.debug("compact block lacks transactions", { missing: missing.length, peer: peer.id });
    this.waiting.set(peer, {
      key,
      hash: hash.slice(),
      block: partial,
      until: this.clock.monotonicMillis() + PARTIAL_MILLIS,
    });
    this.download.requested.add(peer, key, entry.height);
    peer.send(getblocktxnMessage, { blockHash: hash, indexes: missing });
  }

  /** A `blocktxn` message. */
  async onTransactions(peer: Peer, { blockHash, transactions }: BlockTransactions): Promise<void> {
    const waiting = this.waiting.get(peer);
    if (waiting?.key !== bytesKey(blockHash)) return;
    this.waiting.delete(peer);
    this.download.requested.take(waiting.key);
    if (transactions.length > MAX_TRANSACTIONS) throw new ProtocolViolation("blocktxn with too many transactions", 100);
    const block = waiting.block.complete(transactions);
    const entry = this.view.entry(blockHash);
    if (block) await this.download.onBlock(peer, block);
    else if (entry) this.download.request(peer, [entry]);
  }

  /** A `getblocktxn` message. */
  onTransactionsRequest(peer: Peer, { blockHash, indexes }: BlockTransactionsRequest): void {
    const { view } = this;
    const entry = view.entry(blockHash);
    if (!entry?.hasData || entry.height < view.tip.height - SERVED_DEPTH) return;
    const raw = view.rawBlock(entry);
    if (!raw) return;
    const block = decodeBlock(raw);
    const transactions = indexes.map((index) => {
      const tx = block.transactions[index];
      if (!tx) throw new ProtocolViolation("getblocktxn for a transaction that the block does not have", 100);
      return tx;
    });
    // One transaction asked for many times over would make an answer of any size.
    if (transactions.reduce((size, tx) => size + tx.raw.length, 0) > 2 * raw.length) return;
    peer.send(blocktxnMessage, { blockHash, transactions });
  }

  /** Forgets what waited too long; the download of blocks goes on by itself. */
  tick(): void {
    const now = this.clock.monotonicMillis();
    for (const [peer, { until, key }] of this.waiting) {
      if (until > now) continue;
      this.waiting.delete(peer);
      this.download.requested.take(key);
    }
  }

  forget(peer: Peer): void {
    this.waiting.delete(peer);
  }
}
