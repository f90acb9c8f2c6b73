import type { Clock, Log } from "../../platform/index.ts";
import type { TcpConnection } from "../../platform/tcp/index.ts";
import type { BloomFilter } from "../../protocol/filters/index.ts";
import { formatAddress, type NetAddress } from "../addresses/net-address.ts";
import { encodeFrame } from "../framing/index.ts";
import { encodePayload, type MessageWriter, rejectMessage } from "../messages/index.ts";
import { AddressFlow } from "./address-flow.ts";
import { DownloadState } from "./download-state.ts";
import { InventoryFlow } from "./inventory-flow.ts";
import { PingState } from "./ping-state.ts";

/** Why this node is connected to a peer. */
export type PeerKind =
  /** It came by itself. */
  | "inbound"
  /** Chosen from the known addresses. */
  | "outbound"
  /** The operator asked for it. */
  | "manual"
  /** Only to see whether the address is good. */
  | "feeler"
  /** Only to get addresses. */
  | "seed";

/** What a peer said of itself. */
export interface PeerIntroduction {
  readonly version: number;
  readonly services: bigint;
  readonly userAgent: string;
  /** -1 when it did not say. */
  readonly startHeight: number;
  /** This node as the peer sees it. */
  readonly seesUsAs: NetAddress;
  /** Seconds that its clock is ahead. */
  readonly timeOffset: number;
}

export interface PeerOptions {
  readonly id: number;
  readonly kind: PeerKind;
  readonly connection: TcpConnection;
  readonly address: NetAddress;
  /** What the operator calls it; default: its address. */
  readonly name?: string | undefined;
  readonly magic: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when score reaches the limit. */
  readonly onBan: (peer: Peer) => void;
  /** Called once, when nothing more is to be expected of the peer. */
  readonly onGone: (peer: Peer) => void;
}

/** Points at which a peer is banned (spec p2p.md section 4). */
export const BAN_SCORE = 100;

/** Bytes waiting for the peer to read at which nothing more is done for it (spec p2p.md section 5). */
export const SEND_LIMIT = 1_000_000;

/** One connected peer: what it said, what it is owed, and how to talk to it. */
export class Peer {
  readonly id: number;
  readonly kind: PeerKind;
  readonly connection: TcpConnection;
  readonly address: NetAddress;
  readonly name: string;
  readonly clock: Clock;
  /** Unix seconds. */
  readonly connectedAt: number;
  readonly connectedMillis: number;
  /** Null before its version message. */
  introduction: PeerIntroduction | null = null;
  /** It ended the handshake. */
  acknowledged = false;
  score = 0;
  closed = false;

  /** It wants blocks announced by headers, or by compact blocks. */
  wantsHeaders = false;
  wantsCompactBlocks = false;
  /** It wants transactions announced. */
  wantsTransactions = false;
  /** null while it wants all. */
  filter: BloomFilter | null = null;

  /** Keys of alerts that it has. */
  readonly knownAlerts = new Set<string>();
  readonly ping = new PingState();
  readonly addresses: AddressFlow;
  readonly inventory = new InventoryFlow();
  readonly download = new DownloadState();

  /** Messages that came and are not dealt with yet. */
  waitingMessages = 0;
  bytesReceived = 0;
  /** Unix seconds, 0 for never. */
  lastReceived = 0;
  lastSent = 0;
  lastReceivedMillis: number;
  lastSentMillis: number;
  /** Bytes that waited to be sent when somebody last looked. */
  private sentBefore = 0;
  private readonly magic: Uint8Array;
  private readonly log: Log;
  private readonly onBan: (peer: Peer) => void;
  private readonly onGone: (peer: Peer) => void;
  private roomWaiters: (() => void)[] = [];

  constructor(options: PeerOptions) {
    this.id = options.id;
    this.kind = options.kind;
    this.connection = options.connection;
    this.address = options.address;
    this.name = options.name ?? formatAddress(options.address);
    this.magic = options.magic;
    this.clock = options.clock;
    this.log = options.log;
    this.onBan = options.onBan;
    this.onGone = options.onGone;
    this.connectedAt = options.clock.now();
    this.connectedMillis = options.clock.monotonicMillis();
    this.lastReceivedMillis = this.connectedMillis;
    this.lastSentMillis = this.connectedMillis;
    this.addresses = new AddressFlow(this.connectedMillis);
  }

  get inbound(): boolean {
    return this.kind === "inbound";
  }

  get version(): number {
    return this.introduction?.version ?? 0;
  }

  /** It can serve blocks. */
  get servesBlocks(): boolean {
    return ((this.introduction?.services ?? 0n) & 1n) !== 0n;
  }

  send<Body>(codec: MessageWriter<Body>, body: Body): void {
    if (this.closed) return;
    this.connection.send(encodeFrame(this.magic, codec.command, encodePayload(codec, body)));
    this.noteSent();
  }

  /** Takes down that bytes went out, for the timeouts. */
  noteSent(): void {
    const sent = this.connection.bytesSent;
    if (sent === this.sentBefore) return;
    this.sentBefore = sent;
    this.lastSent = this.clock.now();
    this.lastSentMillis = this.clock.monotonicMillis();
  }

  noteReceived(bytes: number): void {
    this.bytesReceived += bytes;
    this.lastReceived = this.clock.now();
    this.lastReceivedMillis = this.clock.monotonicMillis();
  }

  /** True if so much waits to be read by the peer that nothing more should be done for it. */
  get isClogged(): boolean {
    return this.connection.unsent >= SEND_LIMIT;
  }

  /** Resolves when the peer is not clogged any more, or gone. */
  room(): Promise<void> {
    if (!this.isClogged || this.closed) return Promise.resolve();
    return new Promise((resolve) => this.roomWaiters.push(resolve));
  }

  /** Wakes who waits for {@link room}. */
  drained(): void {
    this.noteSent();
    for (const wake of this.roomWaiters.splice(0)) wake();
  }

  refuse(message: string, code: number, reason: string, hash: Uint8Array | null = null): void {
    this.send(rejectMessage, { message, code, reason, hash });
  }

  /** Adds misbehaviour points; at the limit the peer is banned. */
  punish(points: number, reason: string): void {
    if (points <= 0) return;
    const before = this.score;
    this.score += points;
    this.log.debug("misbehaviour", { peer: this.id, points, score: this.score, reason });
    if (before < BAN_SCORE && this.score >= BAN_SCORE) {
      this.log.info("peer banned", { peer: this.id, address: this.name, reason });
      this.onBan(this);
    }
  }

  /** Takes points back that turned out not to be deserved. */
  forgive(points: number): void {
    if (this.score < BAN_SCORE) this.score = Math.max(0, this.score - points);
  }

  /** Ends the connection; what was said before still goes out. */
  disconnect(reason: string): void {
    if (this.closed) return;
    this.log.debug("disconnecting", { peer: this.id, address: this.name, reason });
    this.connection.finish();
    this.noteClosed();
  }

  /** Ends the connection at once. */
  drop(): void {
    this.connection.destroy();
    this.noteClosed();
  }

  /** The connection is gone or as good as gone. */
  noteClosed(): void {
    if (this.closed) return;
    this.closed = true;
    for (const wake of this.roomWaiters.splice(0)) wake();
    this.onGone(this);
  }
}
