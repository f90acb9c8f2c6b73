import { bytesKey } from "../../protocol/bytes/index.ts";
import { getdataMessage, type InventoryItem, InventoryType } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";

/** Another peer is asked for the same transaction after this. */
const RETRY_MILLIS = 2 * 60 * 1000;
const MAX_REMEMBERED = 50_000;
const MAX_PER_PEER = 5_000;
const MAX_PER_MESSAGE = 1000;

interface Request {
  readonly txid: Uint8Array;
  /** When it may be sent, milliseconds. */
  readonly due: number;
}

/** Asks for announced transactions: one peer at a time for each, the next one two minutes later (spec p2p.md 3.1). */
export class TransactionRequests {
  /** When each transaction was or will be asked for last. */
  private readonly asked = new Map<string, number>();
  /** What each peer is to be asked for, and not answered yet. */
  private readonly waiting = new Map<Peer, Map<string, Request>>();
  private readonly unanswered = new Map<Peer, Set<string>>();

  /** A peer announced a transaction that is wanted. */
  want(peer: Peer, txid: Uint8Array, now: number): void {
    const key = bytesKey(txid);
    const waiting = this.waiting.get(peer) ?? new Map<string, Request>();
    const unanswered = this.unanswered.get(peer) ?? new Set<string>();
    if (waiting.has(key) || unanswered.has(key) || waiting.size + unanswered.size >= MAX_PER_PEER) return;
    const before = this.asked.get(key);
    const due = before === undefined ? now : Math.max(now, before + RETRY_MILLIS);
    this.remember(key, due);
    waiting.set(key, { txid: txid.slice(), due });
    this.waiting.set(peer, waiting);
    this.unanswered.set(peer, unanswered);
  }

  private remember(key: string, due: number): void {
    this.asked.delete(key);
    this.asked.set(key, due);
    if (this.asked.size <= MAX_REMEMBERED) return;
    for (const oldest of this.asked.keys()) {
      this.asked.delete(oldest);
      break;
    }
  }

  /** The transaction came. */
  answered(peer: Peer, key: string): void {
    this.waiting.get(peer)?.delete(key);
    this.unanswered.get(peer)?.delete(key);
    this.asked.delete(key);
  }

  /** The peer does not have it. */
  notFound(peer: Peer, key: string): void {
    this.unanswered.get(peer)?.delete(key);
  }

  /** Sends the requests whose time has come. @param isWanted false for what came another way */
  send(now: number, isWanted: (txid: Uint8Array) => boolean): void {
    for (const [peer, waiting] of this.waiting) {
      const items: InventoryItem[] = [];
      for (const [key, { txid, due }] of waiting) {
        if (due > now) continue;
        waiting.delete(key);
        if (!isWanted(txid)) continue;
        this.unanswered.get(peer)?.add(key);
        items.push({ type: InventoryType.transaction, hash: txid });
        if (items.length === MAX_PER_MESSAGE) peer.send(getdataMessage, items.splice(0));
      }
      if (items.length > 0) peer.send(getdataMessage, items);
      if (waiting.size === 0) this.waiting.delete(peer);
    }
  }

  forget(peer: Peer): void {
    this.waiting.delete(peer);
    this.unanswered.delete(peer);
  }
}
