import { later, nextTurn } from "../../platform/index.ts";
import { randomMessage, type WebSocketClient } from "../../platform/web-socket/index.ts";
import type { Transfer } from "./measure-download.ts";
import { PeerFailure } from "./peer-failure.ts";
import type { PeerSession } from "./peer-session.ts";
import { INTERVAL_MILLIS, MESSAGE_BYTES } from "./protocol.ts";

/** Different messages, sent one after the other: more than compressors on the way look back. */
const MESSAGES = 32;
/** Handed to a stream before the other streams and the words have their turn. */
const MESSAGES_PER_TURN = 64;
const READY_MILLIS = 5000;
const REPORT_MILLIS = 8000;
const LATE_REPORT_MILLIS = 3000;
/** Clocks of two machines run at almost the same speed. */
const CLOCK_TOLERANCE = 0.99;

/**
 * Sends test data to a peer, which counts what arrives.
 * @returns bytes of the intervals since the first byte arrived; fewer than asked for when the limit of bytes came first
 * @throws PeerFailure, also for a report that cannot be true
 */
export async function measureUpload(session: PeerSession, transfer: Transfer): Promise<number[]> {
  const { streams, milliseconds, bytes, onTraffic } = transfer;
  const sender = new Sender(bytes, onTraffic);
  let open = streams;
  let cancelTimer = () => {};
  const closed = () => {
    // The report comes on another connection and may be a little later than the end of the streams.
    if (--open === 0) cancelTimer = later(LATE_REPORT_MILLIS, () => session.fail("it cut the upload off"));
  };
  try {
    const opened = await session.openStreams(streams, (index) => ({
      bytes: () => session.fail("it sent data that nobody asked for"),
      drained: () => sender.pump(index),
      closed,
    }));
    session.say({ op: "upload", milliseconds, bytes });
    await session.next("ready", READY_MILLIS);
    const begin = performance.now();
    sender.start(opened);
    const { intervals } = await session.next("received", milliseconds + REPORT_MILLIS);
    const elapsed = performance.now() - begin;
    checkReport(intervals, transfer, sender.sent, elapsed);
    return intervals;
  } finally {
    cancelTimer();
    sender.stop();
    session.closeStreams();
  }
}

/** @throws PeerFailure */
function checkReport(intervals: readonly number[], { milliseconds, bytes }: Transfer, sent: number, elapsed: number) {
  const received = intervals.reduce((sum, count) => sum + count, 0);
  if (received > sent) throw new PeerFailure("it claims to have received more than was sent");
  const expected = milliseconds / INTERVAL_MILLIS;
  if (intervals.length > expected || intervals.length * INTERVAL_MILLIS * CLOCK_TOLERANCE > elapsed) {
    throw new PeerFailure("it claims to have counted for longer than the test took");
  }
  if (intervals.length < expected && sent < bytes) throw new PeerFailure("it cut the upload off");
}

/** Keeps all streams busy until the limit of bytes. */
class Sender {
  private readonly bytes: number;
  private readonly onTraffic: (bytes: number) => void;
  private streams: readonly WebSocketClient[] = [];
  private messages: readonly Uint8Array[] = [];
  private readonly resting = new Set<number>();
  private next = 0;
  private handed = 0;
  private stopped = false;

  constructor(bytes: number, onTraffic: (bytes: number) => void) {
    this.bytes = bytes;
    this.onTraffic = onTraffic;
  }

  /** Test data that was handed to the system or waits to be. */
  get sent(): number {
    return this.handed;
  }

  start(streams: readonly WebSocketClient[]): void {
    this.streams = streams;
    this.messages = Array.from({ length: MESSAGES }, () => randomMessage(MESSAGE_BYTES));
    streams.forEach((_, index) => {
      this.pump(index);
    });
  }

  stop(): void {
    this.stopped = true;
  }

  pump(index: number): void {
    const stream = this.streams[index];
    if (stream === undefined || this.resting.has(index)) return;
    for (let count = 0; count < MESSAGES_PER_TURN; count++) {
      const length = Math.min(MESSAGE_BYTES, this.bytes - this.handed);
      if (this.stopped || length === 0 || stream.unsent > 0) return;
      this.handed += length;
      this.onTraffic(length);
      stream.sendFrame(length === MESSAGE_BYTES ? this.message() : randomMessage(length));
    }
    this.resting.add(index);
    void nextTurn().then(() => {
      this.resting.delete(index);
      this.pump(index);
    });
  }

  private message(): Uint8Array {
    this.next = (this.next + 1) % this.messages.length;
    return this.messages[this.next] as Uint8Array;
  }
}
