import type { Acceptance, ChainView } from "../../chain/index.ts";
import { type Clock, type Log, randomBelow, secureRandomBytes } from "../../platform/index.ts";
import { bytesKey, concatBytes, toDisplayHash } from "../../protocol/bytes/index.ts";
import { sha256 } from "../../protocol/crypto/index.ts";
import { matchTransaction } from "../../protocol/filters/index.ts";
import { decodeTransaction, hasShieldedParts, type Transaction } from "../../protocol/primitives/index.ts";
import { isExpired } from "../../protocol/rules/index.ts";
import { type InventoryItem, InventoryType, invMessage, MAX_INVENTORY, MAX_REJECT_REASON } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";
import { RollingFilter } from "../rolling-filter.ts";
import { OrphanPool } from "./orphan-pool.ts";
import { RecentTransactions } from "./recent-transactions.ts";
import { RelayCache } from "./relay-cache.ts";
import type { RelayPool } from "./relay-pool.ts";
import { TransactionRequests } from "./transaction-requests.ts";

/** A transaction that expires within so many blocks is not worth passing on (spec transactions.md). */
const EXPIRING_SOON = 3;

const MAX_PER_MESSAGE = 1000;

const REJECTS_REMEMBERED = 120_000;
const REJECTS_FALSE_POSITIVES = 1e-6;

export interface TransactionRelayOptions {
  readonly view: ChainView;
  readonly pool: RelayPool;
  readonly peers: PeerSet;
  readonly clock: Clock;
  readonly log: Log;
  /** Transactions without known parents that are kept at most. */
  readonly maxOrphans?: number | undefined;
}

/** Takes transactions from peers, and passes them on (spec p2p.md sections 3.1 and 3.6). */
export class TransactionRelay {
  readonly orphans: OrphanPool;
  /** Transactions that did not get into the pool, for blocks that may hold them. */
  readonly extra = new RecentTransactions();
  readonly requests = new TransactionRequests();
  private readonly view: ChainView;
  private readonly pool: RelayPool;
  private readonly peers: PeerSet;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly cache = new RelayCache();
  private readonly rejects = new RollingFilter(REJECTS_REMEMBERED, REJECTS_FALSE_POSITIVES, () => randomBelow(2 ** 32));
  /** Decides which transactions go out at once and which wait for the peer's turn. */
  private readonly salt = secureRandomBytes(32);

  constructor({ view, pool, peers, clock, log, maxOrphans }: TransactionRelayOptions) {
    this.orphans = new OrphanPool(maxOrphans);
    this.view = view;
    this.pool = pool;
    this.peers = peers;
    this.clock = clock;
    this.log = log;
  }

  /** A new tip: what was refused may be good now. */
  onTip(): void {
    this.rejects.clear();
  }

  /** True if there is no need to ask for a transaction. */
  private isHere(txid: Uint8Array): boolean {
    return (
      this.pool.has(txid) || this.orphans.has(bytesKey(txid)) || this.rejects.has(txid) || this.view.hasUnspent(txid)
    );
  }

  /** A transaction was announced. */
  onAnnounced(peer: Peer, txid: Uint8Array): void {
    if (this.view.initialDownload || this.isHere(txid)) return;
    this.requests.want(peer, txid, this.clock.monotonicMillis());
  }

  /** A `tx` message. */
  async onTransaction(peer: Peer, tx: Transaction): Promise<void> {
    if (this.view.initialDownload) return;
    const key = bytesKey(tx.txid);
    peer.inventory.known.add(key);
    this.requests.answered(peer, key);
    if (this.isHere(tx.txid)) return;
    const acceptance = await this.pool.accept(tx);
    if (acceptance.kind === "accepted") {
      this.relay(tx);
      await this.adopt(tx);
    } else if (acceptance.kind === "orphan" && !hasShieldedParts(tx)) this.orphans.add(ownTransaction(tx), peer.id);
    else this.refuse(peer, tx, acceptance);
  }

  private refuse(peer: Peer, tx: Transaction, refusal: Acceptance): void {
    const reject = refusal.kind === "refused" ? refusal.reject : null;
    // Signatures of fluxnode transactions are not part of the id: a bad copy must not keep the good one away.
    if (reject?.scope !== "copy") this.rejects.add(tx.txid);
    this.extra.add(ownTransaction(tx));
    if (!reject) return;
    this.log.debug("transaction refused", { txid: toDisplayHash(tx.txid), reason: reject.reason, peer: peer.id });
    peer.refuse("tx", reject.code, reject.reason.slice(0, MAX_REJECT_REASON), tx.txid);
    peer.punish(reject.blame, reject.reason || reject.rule);
  }

  /** Tries the orphans that a new transaction may have been the parent of. */
  private async adopt(parent: Transaction): Promise<void> {
    const offenders = new Set<number>();
    for (const queue = [bytesKey(parent.txid)]; queue.length > 0; ) {
      for (const { tx, source } of this.orphans.childrenOf(queue.shift() as string)) {
        if (offenders.has(source)) continue;
        const key = bytesKey(tx.txid);
        const acceptance = await this.pool.accept(tx);
        if (acceptance.kind === "orphan") continue;
        this.orphans.remove(key);
        if (acceptance.kind === "accepted") {
          this.relay(tx);
          queue.push(key);
          continue;
        }
        const reject = acceptance.kind === "refused" ? acceptance.reject : null;
        if (reject && reject.blame > 0) {
          this.peers.get(source)?.punish(reject.blame, reject.reason || reject.rule);
          offenders.add(source);
        }
        if (reject?.scope !== "copy") this.rejects.add(tx.txid);
        this.extra.add(tx);
      }
    }
  }

  private isExpiringSoon(tx: Transaction): boolean {
    return isExpired(tx, this.view.tip.height + 1 + EXPIRING_SOON);
  }

  /** Announces a transaction to all peers that want it. */
  relay(transaction: Transaction): void {
    const tx = ownTransaction(transaction);
    if (this.isExpiringSoon(tx)) return;
    const key = bytesKey(tx.txid);
    this.cache.add(key, tx, this.clock.monotonicMillis());
    for (const peer of this.peers.introduced()) {
      if (!peer.wantsTransactions || (peer.filter && !matchTransaction(peer.filter, tx))) continue;
      peer.inventory.offer(key, tx.txid);
    }
  }

  /** The transaction that a peer may have, if it is at hand. */
  servable(txid: Uint8Array): Transaction | undefined {
    const pooled = this.pool.get(txid);
    if (pooled && this.isExpiringSoon(pooled)) return undefined;
    return this.cache.get(bytesKey(txid)) ?? pooled;
  }

  /** A `mempool` message. */
  onMempool(peer: Peer): void {
    let items: InventoryItem[] = [];
    for (const tx of this.pool.list()) {
      if (this.isExpiringSoon(tx) || (peer.filter && !matchTransaction(peer.filter, tx))) continue;
      items.push({ type: InventoryType.transaction, hash: tx.txid });
      if (items.length < MAX_INVENTORY) continue;
      peer.send(invMessage, items);
      items = [];
    }
    if (items.length > 0) peer.send(invMessage, items);
  }

  /** All transactions at hand that a block may hold. */
  *candidates(): Iterable<Transaction> {
    yield* this.pool.list();
    yield* this.extra.list();
  }

  /**
   * Sends what waits: to one peer chosen by chance all of it, to the others a quarter, so that nobody can tell where a
   * transaction came from by who announces it first.
   */
  tick(): void {
    const peers = this.peers.introduced();
    const chosen = peers[randomBelow(peers.length)];
    for (const peer of peers) if (peer.inventory.transactions.size > 0) this.announce(peer, peer === chosen);
    if (!this.view.initialDownload) {
      this.requests.send(this.clock.monotonicMillis(), (txid) => !this.isHere(txid));
    }
  }

  private announce(peer: Peer, all: boolean): void {
    if (peer.isClogged) return;
    const { transactions, known } = peer.inventory;
    const items: InventoryItem[] = [];
    for (const [key, txid] of transactions) {
      if (!all && !this.goesAtOnce(txid)) continue;
      transactions.delete(key);
      if (known.add(key)) items.push({ type: InventoryType.transaction, hash: txid });
      if (items.length === MAX_PER_MESSAGE) peer.send(invMessage, items.splice(0));
    }
    if (items.length > 0) peer.send(invMessage, items);
  }

  private goesAtOnce(txid: Uint8Array): boolean {
    return ((sha256(concatBytes(this.salt, txid))[0] as number) & 3) === 0;
  }

  /** A peer is gone. */
  forget(peer: Peer): void {
    this.orphans.removeFrom(peer.id);
    this.requests.forget(peer);
  }
}

/** The transaction without a hold on the message or block that it came in. */
function ownTransaction(tx: Transaction): Transaction {
  return tx.raw.buffer.byteLength <= 2 * tx.raw.length + 1024 ? tx : decodeTransaction(tx.raw.slice());
}
