import type { ChainView } from "../../chain/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import { type InventoryItem, InventoryType, isKnownType, ProtocolViolation } from "../messages/index.ts";
import { type Peer, SEND_LIMIT } from "../peer/peer.ts";
import type { TransactionRelay } from "../relay/transaction-relay.ts";
import { noteAvailable } from "../sync/availability.ts";
import { type BlockDownload, MAX_REQUESTED } from "../sync/block-download.ts";
import type { HeaderSync } from "../sync/header-sync.ts";

/** With a best header not older than so many block intervals, an announced block is asked for at once (spec p2p.md 3.9). */
const NEARLY_SYNCED_INTERVALS = 20;

export interface InventoryHandlerOptions {
  readonly view: ChainView;
  readonly relay: TransactionRelay;
  readonly headers: HeaderSync;
  readonly download: BlockDownload;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
}

/** Decides what to do with announcements (spec p2p.md 3.1). */
export class InventoryHandler {
  private readonly options: InventoryHandlerOptions;

  constructor(options: InventoryHandlerOptions) {
    this.options = options;
  }

  /** An `inv` message. */
  onInventory(peer: Peer, items: readonly InventoryItem[]): void {
    const wanted: Uint8Array[] = [];
    for (const { type, hash } of items) {
      // The reference stumbles over types without a name, and over all that follows.
      if (!isKnownType(type)) break;
      peer.inventory.known.add(bytesKey(hash));
      if (type === InventoryType.block) this.onBlockAnnounced(peer, hash, wanted);
      else if (type === InventoryType.transaction) this.options.relay.onAnnounced(peer, hash);
      if (peer.connection.unsent > 2 * SEND_LIMIT) throw new ProtocolViolation("inv without reading the answers", 50);
    }
    const room = MAX_REQUESTED - peer.download.requested.size;
    const blocks = wanted.slice(0, Math.max(0, room)).map((hash) => ({ hash: hash.slice(), height: -1 }));
    if (blocks.length > 0) this.options.download.request(peer, blocks);
  }

  private onBlockAnnounced(peer: Peer, hash: Uint8Array, wanted: Uint8Array[]): void {
    const { view, headers, download } = this.options;
    const key = bytesKey(hash);
    noteAvailable(view, peer, hash);
    if (view.entry(hash) || download.requested.has(key) || download.isHere(key)) return;
    headers.ask(peer, view.bestHeader, hash);
    if (this.isNearlySynced) wanted.push(hash);
  }

  private get isNearlySynced(): boolean {
    const { view, adjustedTime } = this.options;
    return view.bestHeader.time > adjustedTime() - NEARLY_SYNCED_INTERVALS * view.params.powTargetSpacing;
  }
}
