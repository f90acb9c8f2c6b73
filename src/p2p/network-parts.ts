import type { AddressBook } from "./addresses/address-book.ts";
import { AddressRelay } from "./addresses/address-relay.ts";
import { netAddress } from "./addresses/net-address.ts";
import { AlertBoard } from "./alerts/alert-board.ts";
import { InventoryHandler } from "./handlers/inventory-handler.ts";
import { MessageRouter } from "./handlers/message-router.ts";
import { Handshake } from "./handshake.ts";
import { Liveness } from "./liveness.ts";
import type { PeerNetworkOptions } from "./network-options.ts";
import type { PeerSet } from "./peer-set.ts";
import { randomNonce } from "./random-nonce.ts";
import { CompactBlocks } from "./relay/compact-blocks.ts";
import { TransactionRelay } from "./relay/transaction-relay.ts";
import { DataServer } from "./serve/data-server.ts";
import { HeaderServer } from "./serve/header-server.ts";
import { BlockAnnouncer } from "./sync/block-announcer.ts";
import { BlockDownload } from "./sync/block-download.ts";
import { BlockHints } from "./sync/block-hints.ts";
import { HeaderSync } from "./sync/header-sync.ts";
import { HistoryDownload } from "./sync/history-download.ts";
import { TipAnnouncements } from "./sync/tip-announcements.ts";
import type { TimeOffset } from "./time-offset.ts";

/** What the parts of a network have in common. */
export interface SharedState {
  readonly peers: PeerSet;
  readonly book: AddressBook;
  readonly timeOffset: TimeOffset;
  /** Service bits that this node offers. */
  readonly services: bigint;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
  /** Port that others can reach; null while this node does not listen. */
  readonly listenPort: () => number | null;
}

/** Everything that deals with messages of peers. */
export interface NetworkParts {
  readonly addresses: AddressRelay;
  readonly alerts: AlertBoard;
  readonly relay: TransactionRelay;
  readonly download: BlockDownload;
  readonly history: HistoryDownload;
  readonly headers: HeaderSync;
  readonly compact: CompactBlocks;
  readonly announcements: TipAnnouncements;
  readonly liveness: Liveness;
  readonly handshake: Handshake;
  readonly router: MessageRouter;
}

function makeAddressRelay({ chain, clock, listen, externalAddresses }: PeerNetworkOptions, shared: SharedState) {
  const ownPort = listen?.port ?? chain.params.p2pPort;
  return new AddressRelay({
    ...shared,
    view: chain.view,
    clock,
    externalAddresses: externalAddresses.flatMap(({ host, port }) => netAddress(host, port ?? ownPort) ?? []),
  });
}

/** Makes the parts of a network and introduces them to each other. */
export function makeNetworkParts(options: PeerNetworkOptions, shared: SharedState): NetworkParts {
  const { chain, pool, clock, log, userAgent } = options;
  const { view, params } = chain;
  const { peers, services, timeOffset, adjustedTime } = shared;
  const addresses = makeAddressRelay(options, shared);
  const alerts = new AlertBoard({ key: params.alertKey, peers, log, userAgent, adjustedTime });
  const hints = new BlockHints(view, params);
  const relay = new TransactionRelay({ view, pool, peers, clock, log, maxOrphans: options.maxOrphans });
  const download = new BlockDownload({ chain, peers, clock, log, hints });
  const history = new HistoryDownload({ view, peers, clock, log, tip: download });
  const onHeaders = () => download.plan();
  const headers = new HeaderSync({ chain, peers, clock, log, hints, adjustedTime, onHeaders });
  const compact = new CompactBlocks({ chain, clock, log, download, candidates: () => relay.candidates() });
  const onTimeOffset = (seconds: number) => chain.setTimeOffset(seconds);
  const handshake = new Handshake({
    view,
    clock,
    log,
    userAgent,
    services,
    timeOffset,
    addresses,
    alerts,
    randomNonce,
    onTimeOffset,
  });
  const router = new MessageRouter({
    handshake,
    addresses,
    alerts,
    headers,
    download,
    history,
    compact,
    relay,
    services,
    inventory: new InventoryHandler({ view, relay, headers, download, adjustedTime }),
    data: new DataServer({ view, relay, randomNonce }),
    headerServer: new HeaderServer(view),
  });
  const announcements = new TipAnnouncements(new BlockAnnouncer({ view, peers, randomNonce }), clock);
  const liveness = new Liveness({ view, peers, clock, log });
  return { addresses, alerts, relay, download, history, headers, compact, announcements, liveness, handshake, router };
}
