import { bytesKey } from "../../protocol/bytes/index.ts";
import { decodeBlock } from "../../protocol/primitives/index.ts";
import type { AddressRelay } from "../addresses/address-relay.ts";
import type { AlertBoard } from "../alerts/alert-board.ts";
import type { Handshake } from "../handshake.ts";
import {
  addrMessage,
  alertMessage,
  blocktxnMessage,
  cmpctblockMessage,
  cmpheadersMessage,
  decodePayload,
  filteraddMessage,
  filterloadMessage,
  getblocksMessage,
  getblocktxnMessage,
  getdataMessage,
  getheadersMessage,
  headersMessage,
  InventoryType,
  invMessage,
  type MessageCodec,
  notfoundMessage,
  pingMessage,
  pongMessage,
  sendcmpctMessage,
  txMessage,
  versionMessage,
} from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { CompactBlocks } from "../relay/compact-blocks.ts";
import type { TransactionRelay } from "../relay/transaction-relay.ts";
import type { DataServer } from "../serve/data-server.ts";
import type { HeaderServer } from "../serve/header-server.ts";
import type { BlockDownload } from "../sync/block-download.ts";
import type { HeaderSync } from "../sync/header-sync.ts";
import type { HistoryDownload } from "../sync/history-download.ts";
import { onFilterAdd, onFilterClear, onFilterLoad } from "./filter-handlers.ts";
import type { InventoryHandler } from "./inventory-handler.ts";

/** From here on a ping is answered. */
const NUMBERED_PINGS = 60_000;

export interface MessageParts {
  readonly handshake: Handshake;
  readonly addresses: AddressRelay;
  readonly alerts: AlertBoard;
  readonly inventory: InventoryHandler;
  readonly data: DataServer;
  readonly headerServer: HeaderServer;
  readonly headers: HeaderSync;
  readonly download: BlockDownload;
  readonly history: HistoryDownload;
  readonly compact: CompactBlocks;
  readonly relay: TransactionRelay;
  /** Service bits that this node offers. */
  readonly services: bigint;
}

/** What a command does. @throws DecodeError, ProtocolViolation */
type Handle = (peer: Peer, payload: Uint8Array) => void | Promise<void>;

/** Commands that belong to the handshake: they are taken from peers of any version. */
const HANDSHAKE: readonly string[] = ["version", "verack", "sendheaders", "sendcmpct"];

function decoded<Body>(
  codec: MessageCodec<Body>,
  handle: (peer: Peer, body: Body) => void | Promise<void>,
): [string, Handle] {
  return [codec.command, (peer, payload) => handle(peer, decodePayload(codec, payload))];
}

/** All commands that this node understands (spec p2p.md section 3); others are ignored. */
function handlersOf(parts: MessageParts): Map<string, Handle> {
  const { handshake, addresses, alerts, inventory, data, headerServer } = parts;
  const { headers, download, history, compact, relay, services } = parts;
  return new Map<string, Handle>([
    decoded(versionMessage, (peer, body) => handshake.onVersion(peer, body)),
    ["verack", (peer) => handshake.onVerack(peer)],
    [
      "sendheaders",
      (peer) => {
        peer.wantsHeaders = true;
      },
    ],
    decoded(sendcmpctMessage, (peer, { announce, version }) => {
      if (version === 1n) peer.wantsCompactBlocks = announce;
    }),
    decoded(addrMessage, (peer, body) => addresses.onAddresses(peer, body)),
    ["getaddr", (peer) => addresses.onGetAddresses(peer)],
    decoded(invMessage, (peer, body) => inventory.onInventory(peer, body)),
    decoded(getdataMessage, (peer, body) => data.onGetData(peer, body)),
    decoded(notfoundMessage, (peer, items) => {
      for (const { type, hash } of items) {
        if (type === InventoryType.transaction) relay.requests.notFound(peer, bytesKey(hash));
      }
    }),
    decoded(getblocksMessage, (peer, body) => headerServer.onGetBlocks(peer, body)),
    decoded(getheadersMessage, (peer, body) => headerServer.onGetHeaders(peer, body)),
    decoded(headersMessage, (peer, body) => headers.onHeaders(peer, body)),
    decoded(cmpheadersMessage, (peer, body) => headers.onCompactHeaders(peer, body)),
    [
      "block",
      (peer, payload) => {
        const block = decodeBlock(payload);
        return history.onBlock(peer, block) ? undefined : download.onBlock(peer, block);
      },
    ],
    decoded(txMessage, (peer, body) => relay.onTransaction(peer, body)),
    decoded(cmpctblockMessage, (peer, body) => compact.onCompactBlock(peer, body)),
    decoded(getblocktxnMessage, (peer, body) => compact.onTransactionsRequest(peer, body)),
    decoded(blocktxnMessage, (peer, body) => compact.onTransactions(peer, body)),
    ["mempool", (peer) => relay.onMempool(peer)],
    [
      "ping",
      (peer, payload) => {
        if (peer.version > NUMBERED_PINGS) peer.send(pongMessage, decodePayload(pingMessage, payload));
      },
    ],
    decoded(pongMessage, (peer, nonce) => peer.ping.answer(nonce, peer.clock.monotonicMillis())),
    decoded(alertMessage, (peer, body) => alerts.onAlert(peer, body)),
    decoded(filterloadMessage, (peer, body) => onFilterLoad(peer, body, services)),
    decoded(filteraddMessage, (peer, body) => onFilterAdd(peer, body, services)),
    ["filterclear", (peer) => onFilterClear(peer)],
  ]);
}

/** Leads every message to what has to be done about it. */
export class MessageRouter {
  private readonly handlers: ReadonlyMap<string, Handle>;
  private readonly handshake: Handshake;

  constructor(parts: MessageParts) {
    this.handlers = handlersOf(parts);
    this.handshake = parts.handshake;
  }

  /**
   * True for commands that anything is done about; the others need not even be stored. Whoever did not introduce himself may not
   * say anything else, so that even what nobody understands counts.
   */
  wants(peer: Peer, command: string): boolean {
    return peer.introduction === null || this.handlers.has(command);
  }

  /** @throws DecodeError, ProtocolViolation */
  async handle(peer: Peer, command: string, payload: Uint8Array): Promise<void> {
    if (!peer.introduction && command !== "version") {
      peer.punish(1, `${command} before version`);
      return;
    }
    // Crossing an upgrade turns peers away that were new enough before.
    if (!HANDSHAKE.includes(command) && this.handshake.isTooOld(peer, peer.version, command)) return;
    await this.handlers.get(command)?.(peer, payload);
  }
}
