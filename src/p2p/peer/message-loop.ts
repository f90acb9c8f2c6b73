import { type Log, nextTurn } from "../../platform/index.ts";
import { DecodeError } from "../../protocol/bytes/index.ts";
import { RejectCode } from "../../protocol/rules/index.ts";
import type { Banishment } from "../banishment.ts";
import { FRAME_HEADER_SIZE, type Frame, FrameReader } from "../framing/index.ts";
import type { MessageRouter } from "../handlers/message-router.ts";
import { ProtocolViolation } from "../messages/index.ts";
import type { Peer } from "./peer.ts";
import type { ReceiveBudget } from "./receive-budget.ts";

/** Bytes of messages that wait at which the peer has to wait, too (spec p2p.md section 5). */
const RECEIVE_LIMIT = 5_000_000;

/** Messages of one peer are worked off for so long before everybody else has a turn. */
const TURN_MILLIS = 4;

/** A transaction of a kind that no rule knows; whoever spreads such things is cut off (spec p2p.md section 1). */
const UNKNOWN_TRANSACTION = "Unknown transaction format";

export interface MessageLoopOptions {
  readonly magic: Uint8Array;
  readonly router: MessageRouter;
  readonly budget: ReceiveBudget;
  readonly log: Log;
  readonly banishment: Banishment;
}

/** Works off the messages of one peer, one after the other, as fast as it reads the answers. */
export class MessageLoop {
  private readonly peer: Peer;
  private readonly options: MessageLoopOptions;
  private readonly reader: FrameReader;
  private readonly frames: Frame[] = [];
  private waitingBytes = 0;
  private running = false;
  private paused = false;

  constructor(peer: Peer, options: MessageLoopOptions) {
    this.peer = peer;
    this.options = options;
    this.reader = new FrameReader(options.magic, (command) => options.router.wants(peer, command), {
      frame: (frame) => this.take(frame),
      broken: (reason) => peer.disconnect(reason),
    });
  }

  /** Memory that messages of the peer take. */
  get buffered(): number {
    return this.waitingBytes + this.reader.buffered;
  }

  onData(bytes: Uint8Array): void {
    const { peer } = this;
    if (peer.closed) return;
    peer.noteReceived(bytes.length);
    const before = this.buffered;
    this.reader.push(bytes);
    this.options.budget.change(this.buffered - before);
    this.balance();
    if (!this.running) void this.run();
  }

  private take(frame: Frame): void {
    this.frames.push(frame);
    this.peer.waitingMessages++;
    this.waitingBytes += FRAME_HEADER_SIZE + frame.payload.length;
  }

  /** Stops or goes on reading, by what waits. */
  private balance(): void {
    const full = this.waitingBytes > RECEIVE_LIMIT || this.options.budget.isShort(this.waitingBytes);
    if (full === this.paused) return;
    this.paused = full;
    if (full) this.peer.connection.pause();
    else this.peer.connection.resume();
  }

  private async run(): Promise<void> {
    const { peer } = this;
    this.running = true;
    let since = peer.clock.monotonicMillis();
    try {
      while (this.frames.length > 0 && !peer.closed) {
        if (peer.clock.monotonicMillis() - since > TURN_MILLIS) {
          await nextTurn();
          since = peer.clock.monotonicMillis();
        }
        // Nothing more is done for a peer that does not read what it was sent.
        if (peer.isClogged) await peer.room();
        const frame = this.frames.shift();
        peer.waitingMessages = this.frames.length;
        if (!frame || peer.closed) break;
        const size = FRAME_HEADER_SIZE + frame.payload.length;
        this.waitingBytes -= size;
        this.options.budget.change(-size);
        await this.handle(frame);
        this.balance();
      }
    } finally {
      this.running = false;
    }
  }

  private async handle({ command, payload }: Frame): Promise<void> {
    const { peer } = this;
    try {
      await this.options.router.handle(peer, command, payload);
    } catch (error) {
      if (error instanceof ProtocolViolation) peer.punish(error.points, error.message);
      else if (error instanceof DecodeError) this.onMalformed(command, error);
      else this.options.log.error("a message could not be handled", { command, peer: peer.id, error: String(error) });
    }
  }

  private onMalformed(command: string, error: DecodeError): void {
    const { peer } = this;
    peer.refuse(command, RejectCode.malformed, "error parsing message");
    if (error.message !== UNKNOWN_TRANSACTION) return;
    this.options.log.info("peer banned", { peer: peer.id, address: peer.name, reason: error.message });
    this.options.banishment.banNow(peer);
  }

  /** The connection is gone. */
  close(): void {
    this.options.budget.change(-this.buffered);
    this.frames.length = 0;
    this.waitingBytes = 0;
  }
}
