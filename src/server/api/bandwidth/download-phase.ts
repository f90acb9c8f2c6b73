import type { ByteSocket } from "../../../platform/http/index.ts";
import { later, nextTurn } from "../../../platform/index.ts";
import { RandomData } from "./random-data.ts";

const PIECE_BYTES = 65_536;
/** More than this does not wait for a slow client. */
const MAX_UNSENT = 524_288;
/** Sent without letting the rest of the node have its turn. */
const PIECES_PER_TURN = 16;
/** The client counts its time from the first byte on, so its end comes later than this side's. */
const GRACE_MILLIS = 2000;

export interface DownloadOptions {
  readonly streams: Iterable<ByteSocket>;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Time is over; whatever waits in buffers is of no interest. */
  readonly onEnd: () => void;
}

/** Sends random bytes over all streams at once: never more than asked for, never longer than asked for. */
export class DownloadPhase {
  private rest: number;
  private readonly asked: number;
  private readonly data = new RandomData();
  private readonly cancelTimer: () => void;
  private over = false;

  constructor({ streams, bytes, milliseconds, onEnd }: DownloadOptions) {
    this.asked = bytes;
    this.rest = bytes;
    this.cancelTimer = later(milliseconds + GRACE_MILLIS, onEnd);
    for (const stream of streams) this.pump(stream);
  }

  get sent(): number {
    return this.asked - this.rest;
  }

  pump(stream: ByteSocket): void {
    for (let piece = 0; piece < PIECES_PER_TURN; piece++) {
      if (this.over || this.rest === 0 || stream.unsent >= MAX_UNSENT) return;
      const length = Math.min(PIECE_BYTES, this.rest);
      this.rest -= length;
      stream.send(this.data.piece(length));
    }
    if (stream.unsent === 0) void nextTurn().then(() => this.pump(stream));
  }

  end(): void {
    this.over = true;
    this.cancelTimer();
  }
}
