import type { Log } from "../../platform/index.ts";
import { ByteReader, bytesKey } from "../../protocol/bytes/index.ts";
import { ecdsaVerify, sha256d } from "../../protocol/crypto/index.ts";
import { type Alert, alertMessage, ProtocolViolation } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import type { PeerSet } from "../peer-set.ts";
import { PROTOCOL_VERSION } from "../protocol-version.ts";
import { type AlertContent, appliesTo, isCancelledBy, isSound, readAlertContent } from "./alert-content.ts";

/** Points for an alert that is not signed by those who may, or is over (spec p2p.md section 4). */
const INVALID_POINTS = 10;

/** What must not reach a terminal. */
const UNPRINTABLE = /[^ -~]/g;

interface PostedAlert {
  readonly alert: Alert;
  readonly content: AlertContent;
}

export interface AlertBoardOptions {
  /** Key of the network's makers; null where nobody may warn. */
  readonly key: Uint8Array | null;
  readonly peers: PeerSet;
  readonly log: Log;
  readonly userAgent: string;
  /** Unix seconds, adjusted to the peers. */
  readonly adjustedTime: () => number;
}

/** Warnings of the network's makers that are in force: takes them from peers, and passes them on (spec p2p.md 3.12). */
export class AlertBoard {
  private readonly options: AlertBoardOptions;
  private readonly posted = new Map<string, PostedAlert>();

  constructor(options: AlertBoardOptions) {
    this.options = options;
  }

  /** An `alert` message. @throws ProtocolViolation for one that is not to be believed; DecodeError for one that cannot be read */
  onAlert(peer: Peer, { payload, signature }: Alert): void {
    const digest = sha256d(payload);
    const key = bytesKey(digest);
    if (peer.knownAlerts.has(key)) return;
    const { options } = this;
    if (!options.key || !ecdsaVerify(digest, signature, options.key)) {
      throw new ProtocolViolation("alert of somebody else", INVALID_POINTS);
    }
    const content = readAlertContent(new ByteReader(payload));
    if (!this.isInEffect(content) || !isSound(content))
      throw new ProtocolViolation("alert without effect", INVALID_POINTS);
    this.removeEnded(content);
    for (const { content: other } of this.posted.values()) {
      if (isCancelledBy(content, other)) throw new ProtocolViolation("cancelled alert", INVALID_POINTS);
    }
    peer.knownAlerts.add(key);
    const isNew = !this.posted.has(key);
    this.posted.set(key, { alert: { payload: payload.slice(), signature: signature.slice() }, content });
    if (isNew && this.isForUs(content)) options.log.warn("alert", { text: content.text.replace(UNPRINTABLE, "?") });
    for (const each of options.peers.introduced()) this.tell(each);
  }

  private isInEffect({ expiration }: AlertContent): boolean {
    return BigInt(this.options.adjustedTime()) < expiration;
  }

  private isForUs(content: AlertContent): boolean {
    return this.isInEffect(content) && appliesTo(content, PROTOCOL_VERSION, this.options.userAgent);
  }

  /** Takes down what is over, or is cancelled by a new alert. */
  private removeEnded(by: AlertContent): void {
    for (const [key, { content }] of this.posted) {
      if (!this.isInEffect(content) || isCancelledBy(content, by)) this.posted.delete(key);
    }
  }

  /** Tells a peer what is in force and it was not told yet. */
  tell(peer: Peer): void {
    const { introduction } = peer;
    if (!introduction) return;
    const now = BigInt(this.options.adjustedTime());
    for (const [key, { alert, content }] of this.posted) {
      if (!this.isInEffect(content) || peer.knownAlerts.has(key)) continue;
      peer.knownAlerts.add(key);
      const isForPeer = appliesTo(content, introduction.version, introduction.userAgent);
      if (isForPeer || this.isForUs(content) || now < content.relayUntil) peer.send(alertMessage, alert);
    }
  }

  /** The most urgent warning for this program; empty without any. */
  get warning(): string {
    let text = "";
    let priority = 0;
    for (const { content } of this.posted.values()) {
      if (!this.isForUs(content) || content.priority <= priority) continue;
      priority = content.priority;
      text = content.text.replace(UNPRINTABLE, "?");
    }
    return text;
  }
}
