import { type ClientMessage, clientMessage, parseMessage, type ServerMessage } from "../../../bench/index.ts";
import type { ByteSocket, ByteSocketEvents } from "../../../platform/http/index.ts";
import { later, repeat } from "../../../platform/index.ts";
import { DownloadPhase } from "./download-phase.ts";
import type { BandwidthLimits } from "./limits.ts";
import { UploadPhase } from "./upload-phase.ts";

const MAX_PINGS = 500;

export interface TestSessionOptions {
  /** What the client has to show to open streams. */
  readonly streamId: string;
  readonly control: ByteSocket;
  /** `bytes` is what is left for this client. */
  readonly limits: BandwidthLimits;
  readonly now: () => number;
  /** Takes from the allowances; negative gives back. */
  readonly charge: (bytes: number) => void;
  /** @param failure why it was cut off; null for a proper end */
  readonly onEnd: (summary: SessionSummary, failure: string | null) => void;
}

export interface SessionSummary {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** One client's test: a quiet connection for words, and in each direction a set of streams. Each direction is tested once. */
export class TestSession {
  private readonly options: TestSessionOptions;
  private readonly streams = new Set<ByteSocket>();
  private readonly startedAt: number;
  private readonly cancelDeadline: () => void;
  private readonly cancelWatch: () => void;
  private readonly done = new Set<"download" | "upload">();
  private download: DownloadPhase | null = null;
  private upload: UploadPhase | null = null;
  private pings = 0;
  /** Taken from the allowances for the direction under way. */
  private charged = 0;
  private sentBytes = 0;
  private receivedBytes = 0;
  private activity = 0;
  private seenActivity = -1;
  private ended = false;

  constructor(options: TestSessionOptions) {
    this.options = options;
    const { limits, now, streamId } = options;
    this.startedAt = now();
    this.cancelDeadline = later(limits.sessionSeconds * 1000, () => this.end("the session took too long"));
    this.cancelWatch = repeat(limits.idleSeconds * 1000, () => this.watch());
    const { bytes, milliseconds, streams } = limits;
    this.tell({ op: "welcome", stream: streamId, limits: { bytes, milliseconds, streams } });
  }

  get secondsLeft(): number {
    const { limits, now } = this.options;
    return Math.max(0, limits.sessionSeconds - (now() - this.startedAt) / 1000);
  }

  /** True if one more stream may be opened now. */
  get takesStreams(): boolean {
    const idle = this.download === null && this.upload === null;
    return !this.ended && idle && this.streams.size < this.options.limits.streams;
  }

  control(): ByteSocketEvents {
    return {
      message: (data) => this.hear(data),
      drained: () => {},
      closed: () => this.end(null),
    };
  }

  attach(stream: ByteSocket): ByteSocketEvents {
    this.streams.add(stream);
    this.activity++;
    return {
      message: (data) => this.receive(stream, data),
      drained: () => {
        this.activity++;
        this.download?.pump(stream);
      },
      closed: () => {
        this.streams.delete(stream);
        if (this.streams.size === 0) this.endDownload();
      },
    };
  }

  /** Ends it, whatever it is doing. @param failure told to the client */
  end(failure: string | null): void {
    if (this.ended) return;
    this.endDownload();
    this.endUpload();
    this.dropStreams();
    this.ended = true;
    this.cancelDeadline();
    this.cancelWatch();
    const { control, onEnd } = this.options;
    if (failure !== null) this.tell({ op: "failed", reason: failure }, true);
    control.finish();
    onEnd({ sentBytes: this.sentBytes, receivedBytes: this.receivedBytes }, failure);
  }

  private watch(): void {
    // A download ends by itself, however slowly the client reads.
    if (this.download === null && this.activity === this.seenActivity) this.end("nothing came for too long");
    this.seenActivity = this.activity;
  }

  private hear(data: string | Uint8Array): void {
    if (this.ended) return;
    this.activity++;
    const message = typeof data === "string" ? parseMessage(clientMessage, data) : null;
    if (message === null) this.end("that is no message of this protocol");
    else if (message.op === "ping") this.answerPing(message.number);
    else if (message.op === "stop") this.endDownload();
    else this.begin(message);
  }

  private answerPing(number: number): void {
    if (++this.pings > MAX_PINGS) this.end("too many pings");
    else this.tell({ op: "pong", number });
  }

  private begin(message: Extract<ClientMessage, { bytes: number }>): void {
    const objection = this.objection(message);
    if (objection !== null) {
      this.end(objection);
      return;
    }
    const { op, bytes } = message;
    this.done.add(op);
    this.options.charge(bytes);
    this.charged = bytes;
    if (op === "download") this.beginDownload(message);
    else this.beginUpload(message);
  }

  private objection({ op, milliseconds, bytes }: Extract<ClientMessage, { bytes: number }>): string | null {
    const { limits } = this.options;
    const idle = this.download === null && this.upload === null;
    if (!idle || this.done.has(op)) return "each direction is tested once, one after the other";
    if (bytes > limits.bytes || milliseconds > limits.milliseconds) return "that is more than the limits allow";
    return this.streams.size === 0 ? "there are no streams" : null;
  }

  private beginDownload({ milliseconds, bytes }: { milliseconds: number; bytes: number }): void {
    const { streams } = this;
    this.download = new DownloadPhase({ streams, bytes, milliseconds, onEnd: () => this.endDownload() });
  }

  private beginUpload({ milliseconds, bytes }: { milliseconds: number; bytes: number }): void {
    this.upload = new UploadPhase({
      bytes,
      milliseconds,
      now: this.options.now,
      onEnd: (intervals) => {
        this.endUpload();
        this.tell({ op: "received", intervals });
      },
      onExcess: () => this.end("more came than was announced"),
    });
    this.tell({ op: "ready" });
  }

  private receive(stream: ByteSocket, data: string | Uint8Array): void {
    // What the client had under way when the time was over comes on streams that were dropped.
    if (this.ended || !this.streams.has(stream)) return;
    this.activity++;
    if (this.upload && typeof data !== "string") this.upload.take(data.length);
    else this.end("data came without an upload");
  }

  private endDownload(): void {
    const { download } = this;
    if (download === null) return;
    this.download = null;
    download.end();
    this.sentBytes += download.sent;
    this.options.charge(download.sent - this.charged);
    this.dropStreams();
  }

  private endUpload(): void {
    const { upload } = this;
    if (upload === null) return;
    this.upload = null;
    upload.end();
    this.receivedBytes += upload.received;
    this.options.charge(upload.received - this.charged);
    this.dropStreams();
  }

  private dropStreams(): void {
    const streams = [...this.streams];
    this.streams.clear();
    for (const stream of streams) stream.destroy();
  }

  private tell(message: ServerMessage, last = false): void {
    if (!this.ended || last) this.options.control.send(JSON.stringify(message));
  }
}
