import type { ChainView } from "../chain/index.ts";
import type { Clock, Log } from "../platform/index.ts";
import { pingMessage } from "./messages/index.ts";
import type { Peer } from "./peer/peer.ts";
import type { PeerSet } from "./peer-set.ts";
import { randomNonce } from "./random-nonce.ts";

const SECOND = 1000;
const PING_INTERVAL = 120 * SECOND;
const FIRST_MESSAGES = 60 * SECOND;
const SILENCE = 360 * SECOND;
const SILENCE_OF_OLD_PEERS = 5400 * SECOND;
const STALE_TIP = 180 * SECOND;
const PROBE_INTERVAL = 60 * SECOND;
const PROBE_ANSWER = 30 * SECOND;

/** From here on pings have a number, and an answer. */
const NUMBERED_PINGS = 60_000;

export interface LivenessOptions {
  readonly view: ChainView;
  readonly peers: PeerSet;
  readonly clock: Clock;
  readonly log: Log;
}

/** Finds out which connections are dead (spec p2p.md 3.11). */
export class Liveness {
  private readonly options: LivenessOptions;
  private height = -1;
  private heightSince: number;
  private probedAt = 0;

  constructor(options: LivenessOptions) {
    this.options = options;
    this.heightSince = options.clock.monotonicMillis();
  }

  tick(): void {
    const now = this.options.clock.monotonicMillis();
    for (const peer of this.options.peers.all()) {
      const reason = silenceOf(peer, now);
      if (reason) peer.disconnect(reason);
      else if (peer.introduction) this.pingIfDue(peer, now);
    }
    this.watchTip(now);
  }

  private pingIfDue(peer: Peer, now: number): void {
    const { ping } = peer;
    const due = ping.pending === 0n && now - ping.startedAt > PING_INTERVAL;
    // The first one waits like all others until the handshake is through.
    if (!ping.wanted && !(due && peer.acknowledged)) return;
    const nonce = randomNonce();
    ping.start(peer.version > NUMBERED_PINGS ? nonce : 0n, now);
    peer.send(pingMessage, nonce);
  }

  /** Asks every peer for a sign of life. */
  pingAll(): void {
    for (const peer of this.options.peers.introduced()) peer.ping.wanted = true;
  }

  /** No block for a while can mean that the peers are dead: those that were chosen have to show that they are not. */
  private watchTip(now: number): void {
    const { height } = this.options.view.tip;
    if (height !== this.height) {
      this.height = height;
      this.heightSince = now;
      this.probedAt = 0;
      return;
    }
    if (now - this.heightSince < STALE_TIP) return;
    const outbound = this.options.peers.all().filter(({ kind }) => kind === "outbound" || kind === "manual");
    if (now - this.probedAt >= PROBE_INTERVAL) {
      this.probedAt = now;
      for (const peer of outbound) peer.ping.wanted = true;
    } else if (now - this.probedAt >= PROBE_ANSWER) {
      for (const peer of outbound) {
        const { pending, startedAt } = peer.ping;
        if (pending !== 0n && now - startedAt > PROBE_ANSWER) peer.disconnect("no answer while no blocks come");
      }
    }
  }
}

/** Why a peer counts as dead; null while it does not. */
function silenceOf(peer: Peer, now: number): string | null {
  const age = now - peer.connectedMillis;
  if (age <= FIRST_MESSAGES) return null;
  if (!peer.introduction || peer.lastReceived === 0 || peer.lastSent === 0) return "no handshake in the first minute";
  if (now - peer.lastSentMillis > SILENCE) return "does not read";
  const patience = peer.version > NUMBERED_PINGS ? SILENCE : SILENCE_OF_OLD_PEERS;
  if (now - peer.lastReceivedMillis > patience) return "silent";
  if (peer.ping.pending !== 0n && now - peer.ping.startedAt > SILENCE) return "ping not answered";
  return null;
}
