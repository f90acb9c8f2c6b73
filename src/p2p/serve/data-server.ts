import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { nextTurn } from "../../platform/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import { matchTransaction } from "../../protocol/filters/index.ts";
import { decodeBlock } from "../../protocol/primitives/index.ts";
import {
  blockMessage,
  cmpctblockMessage,
  type InventoryItem,
  InventoryType,
  invMessage,
  isKnownType,
  merkleblockMessage,
  notfoundMessage,
  txMessage,
} from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { TransactionRelay } from "../relay/transaction-relay.ts";
import { makeCompactBlock } from "./make-compact-block.ts";
import { mayServeBlock } from "./may-serve-block.ts";

/** Blocks farther below the tip are sent whole: the peer will not have their transactions. */
const COMPACT_DEPTH = 100;

export interface DataServerOptions {
  readonly view: ChainView;
  readonly relay: TransactionRelay;
  readonly randomNonce: () => bigint;
}

/** Gives peers the blocks and transactions that they ask for (spec p2p.md 3.1). */
export class DataServer {
  private readonly view: ChainView;
  private readonly relay: TransactionRelay;
  private readonly randomNonce: () => bigint;

  constructor({ view, relay, randomNonce }: DataServerOptions) {
    this.view = view;
    this.relay = relay;
    this.randomNonce = randomNonce;
  }

  /** A `getdata` message: answered in its order, at the peer's pace, and never more than one block without letting others go on. */
  async onGetData(peer: Peer, items: readonly InventoryItem[]): Promise<void> {
    const missing: InventoryItem[] = [];
    for (const item of items) {
      if (peer.isClogged) await peer.room();
      if (peer.closed) return;
      if (isBlockType(item.type)) {
        this.sendBlock(peer, item);
        await nextTurn();
      } else if (isKnownType(item.type) && !this.sendTransaction(peer, item)) missing.push(item);
    }
    if (missing.length > 0) peer.send(notfoundMessage, missing);
  }

  private sendTransaction(peer: Peer, { type, hash }: InventoryItem): boolean {
    const tx = type === InventoryType.transaction ? this.relay.servable(hash) : undefined;
    if (tx) peer.send(txMessage, tx);
    return tx !== undefined;
  }

  private sendBlock(peer: Peer, { type, hash }: InventoryItem): void {
    const entry = this.view.entry(hash);
    if (!entry?.hasData || !mayServeBlock(this.view, entry)) return;
    const raw = this.view.rawBlock(entry);
    if (!raw) return;
    if (type === InventoryType.filteredBlock) this.sendFiltered(peer, raw);
    else if (type === InventoryType.compactBlock && this.isNearTip(entry)) {
      peer.send(cmpctblockMessage, makeCompactBlock(decodeBlock(raw), this.randomNonce()));
    } else peer.send(blockMessage, { raw });
    this.goOn(peer, bytesKey(hash));
  }

  private isNearTip({ height }: HeaderEntry): boolean {
    return height >= this.view.tip.height - COMPACT_DEPTH;
  }

  private sendFiltered(peer: Peer, raw: Uint8Array): void {
    // In the reference a peer without a filter has one that matches everything, so it is answered, too.
    const { filter } = peer;
    const { header, transactions } = decodeBlock(raw);
    const matches = transactions.map((tx) => filter === null || matchTransaction(filter, tx));
    peer.send(merkleblockMessage, { header, txids: transactions.map(({ txid }) => txid), matches });
    for (const [i, tx] of transactions.entries()) {
      if (matches[i] && !peer.inventory.known.has(bytesKey(tx.txid))) peer.send(txMessage, tx);
    }
  }

  /** After the last block of a `getblocks` answer the tip's hash makes the peer ask for the next ones. */
  private goOn(peer: Peer, key: string): void {
    if (peer.inventory.continuation !== key) return;
    peer.inventory.continuation = null;
    peer.send(invMessage, [{ type: InventoryType.block, hash: this.view.tip.hash }]);
  }
}

function isBlockType(type: number): boolean {
  return type === InventoryType.block || type === InventoryType.filteredBlock || type === InventoryType.compactBlock;
}
