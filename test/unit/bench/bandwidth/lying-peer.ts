import {
  BANDWIDTH_PATHS,
  type ClientMessage,
  clientMessage,
  INTERVAL_MILLIS,
  parseMessage,
} from "../../../../src/bench/index.ts";
import {
  type ByteSocket,
  type HttpReply,
  type HttpServer,
  startHttpServer,
} from "../../../../src/platform/http/index.ts";

export interface Behaviour {
  /** In place of a challenge. */
  readonly challenge?: HttpReply;
  /** In place of a session, as often as there are entries. */
  readonly refusals?: HttpReply[];
  /** First words on the control connection. */
  readonly welcome?: unknown;
  /** Answers a message of the client; true if that was all. */
  readonly hear?: (message: ClientMessage, peer: LyingPeer) => boolean;
  /** Received test data. */
  readonly receive?: (bytes: number, peer: LyingPeer) => void;
}

const json = (status: number, body: unknown): HttpReply => ({ status, body: JSON.stringify(body) });

/** A peer that keeps to the protocol except where it is told not to. */
export class LyingPeer {
  readonly streams = new Set<ByteSocket>();
  control: ByteSocket | null = null;
  received = 0;
  private sending: ReturnType<typeof setInterval> | undefined;
  private readonly server: HttpServer;
  private readonly behaviour: Behaviour;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    const refusals = [...(behaviour.refusals ?? [])];
    this.server = startHttpServer({
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 1000,
      maxMessageBytes: 65_536,
      idleSeconds: 30,
      handle: ({ target }) => {
        if (target === BANDWIDTH_PATHS.challenge) return behaviour.challenge ?? this.challenge();
        if (target.startsWith(BANDWIDTH_PATHS.session)) return refusals.shift() ?? this.session();
        return this.stream();
      },
    });
  }

  get address() {
    return { host: "127.0.0.1", port: this.server.port };
  }

  tell(message: unknown): void {
    this.control?.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Random enough for a test. */
  sendData(bytes: number): void {
    const piece = new Uint8Array(16_384);
    for (let sent = 0; sent < bytes; sent += piece.length) {
      for (const stream of this.streams) {
        stream.send(piece.subarray(0, bytes - sent));
        break;
      }
    }
  }

  stop(): Promise<void> {
    return this.server.stop(true);
  }

  private challenge(): HttpReply {
    return json(200, { status: "success", data: { token: "t", difficultyBits: 1, expiresSeconds: 60 } });
  }

  private session() {
    return {
      exchange: (socket: ByteSocket) => {
        this.control = socket;
        const limits = { bytes: 1e9, milliseconds: 15_000, streams: 8 };
        this.tell(this.behaviour.welcome ?? { op: "welcome", stream: "s", limits });
        return {
          message: (data: string | Uint8Array) => this.answer(String(data)),
          drained() {},
          closed: () => this.drop(),
        };
      },
    };
  }

  private stream() {
    return {
      exchange: (socket: ByteSocket) => {
        this.streams.add(socket);
        return {
          message: (data: string | Uint8Array) => {
            this.received += data.length;
            this.behaviour.receive?.(data.length, this);
          },
          drained() {},
          closed: () => void this.streams.delete(socket),
        };
      },
    };
  }

  private answer(text: string): void {
    const message = parseMessage(clientMessage, text);
    if (message === null) throw new Error(`no message of the protocol: ${text}`);
    if (this.behaviour.hear?.(message, this)) return;
    if (message.op === "ping") this.tell({ op: "pong", number: message.number });
    if (message.op === "stop") clearInterval(this.sending);
    if (message.op === "upload") this.honestUpload(message.milliseconds);
    if (message.op === "download") this.honestDownload();
  }

  private honestUpload(milliseconds: number): void {
    this.received = 0;
    this.tell({ op: "ready" });
    const count = milliseconds / INTERVAL_MILLIS;
    setTimeout(() => {
      const intervals = new Array<number>(count).fill(Math.floor(this.received / count));
      this.tell({ op: "received", intervals });
    }, milliseconds + 50);
  }

  private honestDownload(): void {
    this.sending = setInterval(() => this.sendData(16_384), 5);
  }

  private drop(): void {
    clearInterval(this.sending);
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }
}
