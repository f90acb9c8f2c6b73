import type { ChainView } from "../chain/index.ts";
import type { Clock, Log } from "../platform/index.ts";
import { RejectCode } from "../protocol/rules/index.ts";
import type { AddressRelay } from "./addresses/address-relay.ts";
import { isRoutable, NO_ADDRESS } from "./addresses/net-address.ts";
import type { AlertBoard } from "./alerts/alert-board.ts";
import {
  sendcmpctMessage,
  sendheadersMessage,
  type VersionMessage,
  verackMessage,
  versionMessage,
} from "./messages/index.ts";
import type { Peer } from "./peer/peer.ts";
import { COMPACT_VERSION, PROTOCOL_VERSION, refusedVersion } from "./protocol-version.ts";
import type { TimeOffset } from "./time-offset.ts";

/** Versions of Bitcoin's past that were written in another way. */
const MISNUMBERED_VERSION = 10_300;
const ITS_NUMBER = 300;

/** Unprintable characters must reach neither terminal nor JSON; these are the ones that the reference lets through. */
const SAFE_CHARACTERS = /[^A-Za-z0-9 .,;_/:?@()-]/g;

export interface HandshakeOptions {
  readonly view: ChainView;
  readonly clock: Clock;
  readonly log: Log;
  readonly userAgent: string;
  readonly services: bigint;
  readonly timeOffset: TimeOffset;
  readonly addresses: AddressRelay;
  readonly alerts: AlertBoard;
  readonly randomNonce: () => bigint;
  /** Told when the median of the peers' clocks changed. */
  readonly onTimeOffset: (seconds: number) => void;
}

/** The first messages on a connection (spec p2p.md section 2). */
export class Handshake {
  private readonly options: HandshakeOptions;
  /** Nonces of version messages that were not answered yet: who sends one back is this node itself. */
  private readonly nonces = new Map<Peer, bigint>();

  constructor(options: HandshakeOptions) {
    this.options = options;
  }

  /** The side that connected speaks first. */
  begin(peer: Peer): void {
    this.sendVersion(peer);
  }

  private sendVersion(peer: Peer): void {
    const { view, clock, timeOffset, services, userAgent, addresses, randomNonce } = this.options;
    const nonce = randomNonce();
    this.nonces.set(peer, nonce);
    const now = clock.now() + (peer.inbound ? timeOffset.seconds : 0);
    const receiver = isRoutable(peer.address.ip) ? peer.address : NO_ADDRESS;
    peer.send(versionMessage, {
      version: PROTOCOL_VERSION,
      services,
      time: BigInt(now),
      receiver: { ...receiver, services: 1n },
      sender: { ...addresses.ownAddress(), services },
      nonce,
      userAgent,
      startHeight: view.tip.height,
      relay: true,
    });
  }

  onVersion(peer: Peer, message: VersionMessage): void {
    const { timeOffset, addresses, alerts, clock, log } = this.options;
    if (peer.introduction) {
      peer.refuse("version", RejectCode.duplicate, "Duplicate version message");
      peer.punish(1, "second version message");
      return;
    }
    if (this.isTooOld(peer, message.version, "version")) return;
    if (message.nonce > 1n && [...this.nonces.values()].includes(message.nonce)) {
      addresses.noteOwn(peer.address);
      peer.disconnect("connected to itself");
      return;
    }
    const version = message.version === MISNUMBERED_VERSION ? ITS_NUMBER : message.version;
    const offset = Number(message.time) - clock.now();
    peer.introduction = {
      version,
      services: message.services,
      userAgent: message.userAgent.replace(SAFE_CHARACTERS, ""),
      startHeight: message.startHeight,
      seesUsAs: { ip: message.receiver.ip.slice(), port: message.receiver.port },
      timeOffset: Number.isSafeInteger(offset) ? offset : 0,
    };
    peer.wantsTransactions = message.relay;
    if (peer.inbound) this.sendVersion(peer);
    peer.send(verackMessage, undefined);
    addresses.onIntroduction(peer, message.sender);
    alerts.tell(peer);
    if (peer.kind === "feeler") {
      peer.disconnect("the address is good");
      return;
    }
    log.debug("peer introduced", {
      peer: peer.id,
      version,
      agent: peer.introduction.userAgent,
      height: message.startHeight,
    });
    timeOffset.add(peer.address.ip.join("."), peer.introduction.timeOffset);
    this.options.onTimeOffset(timeOffset.seconds);
  }

  /** Refuses a peer that does not know the present rules. @returns true if it was refused */
  isTooOld(peer: Peer, version: number, command: string): boolean {
    const { view, log } = this.options;
    const needed = refusedVersion(version, view.params, view.tip.height);
    if (needed === null) return false;
    log.debug("peer too old", { peer: peer.id, version, needed });
    peer.refuse(command, RejectCode.obsolete, `Version must be ${needed} or greater`);
    peer.disconnect("obsolete version");
    return true;
  }

  onVerack(peer: Peer): void {
    this.nonces.delete(peer);
    peer.acknowledged = true;
    if (peer.version < COMPACT_VERSION) return;
    peer.send(sendheadersMessage, undefined);
    peer.send(sendcmpctMessage, { announce: false, version: 1n });
  }

  /** The connection is gone. */
  forget(peer: Peer): void {
    this.nonces.delete(peer);
  }
}
