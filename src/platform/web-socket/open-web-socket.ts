import { FluxError } from "../errors.ts";
import { connectTcp, type TcpConnection } from "../tcp/index.ts";
import { FrameReader } from "./frame-reader.ts";
import { clientFrame, OPCODE } from "./frame-writer.ts";
import { Handshake } from "./handshake.ts";

/** While more than this waits for a server that does not read, its pings are not answered. */
const MAX_UNSENT_FOR_PONG = 65_536;

/** What happens on a WebSocket. None of these may throw. */
export interface WebSocketEvents {
  /** A piece of a binary message, as soon as it is there. */
  bytes(piece: Uint8Array): void;
  text(text: string): void;
  /** Everything that waited for the server to read was taken by the system. */
  drained(): void;
  /** Called once. @param failure what the server did wrong; null for a proper end */
  closed(failure: FluxError | null): void;
}

export interface WebSocketOptions {
  /** Numeric address. */
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** For connecting and the handshake together. */
  readonly timeoutMillis: number;
  readonly maxFrameBytes: number;
  readonly maxTextBytes: number;
  readonly events: WebSocketEvents;
}

/** The client's end of a WebSocket to a stranger. */
export interface WebSocketClient {
  /** Bytes that the system has not taken yet. */
  readonly unsent: number;
  send(text: string): void;
  /** Sends bytes made by {@link randomMessage}. */
  sendFrame(frame: Uint8Array): void;
  /** Ends the connection at once. */
  destroy(): void;
}

/** The server answered with a page instead. */
export interface WebSocketRefusal {
  readonly status: number;
  /** At most a few KiB of it. */
  readonly body: string;
}

/**
 * Opens a WebSocket.
 * @throws FluxError connect-failed, connect-timeout, connection-closed, web-socket-invalid
 */
export async function openWebSocket(options: WebSocketOptions): Promise<WebSocketClient | WebSocketRefusal> {
  const client = new Client(options);
  try {
    const refusal = await client.open();
    if (refusal === null) return client;
    client.destroy();
    return refusal;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

class Client implements WebSocketClient {
  private readonly options: WebSocketOptions;
  private readonly handshake = new Handshake();
  private readonly reader: FrameReader;
  private readonly opened = Promise.withResolvers<WebSocketRefusal | null>();
  private connection: TcpConnection | null = null;
  private state: "opening" | "open" | "closed" = "opening";

  constructor(options: WebSocketOptions) {
    this.options = options;
    const { events, maxFrameBytes, maxTextBytes } = options;
    this.reader = new FrameReader(
      {
        bytes: (piece) => events.bytes(piece),
        text: (text) => events.text(text),
        ping: (payload) => this.pong(payload),
        close: () => this.end(null),
      },
      { maxFrameBytes, maxTextBytes },
    );
    this.opened.promise.catch(() => {});
  }

  get unsent(): number {
    return this.connection?.unsent ?? 0;
  }

  /** Null if the server accepted. */
  async open(): Promise<WebSocketRefusal | null> {
    const { host, port, path, timeoutMillis } = this.options;
    const timer = setTimeout(() => {
      this.opened.reject(new FluxError("connect-timeout", "no answer", { kind: "unreachable" }));
    }, timeoutMillis);
    try {
      const accept = (connection: TcpConnection) => {
        this.connection = connection;
        return {
          data: (bytes: Uint8Array) => this.receive(bytes),
          drained: () => this.options.events.drained(),
          closed: () => this.lost(),
        };
      };
      const connection = await connectTcp({ host, port, timeoutMillis, accept });
      connection.send(this.handshake.request(host, port, path));
      return await this.opened.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  send(text: string): void {
    this.sendFrame(clientFrame(OPCODE.text, new TextEncoder().encode(text)));
  }

  sendFrame(frame: Uint8Array): void {
    if (this.state === "open") this.connection?.send(frame);
  }

  destroy(): void {
    this.end(null);
  }

  private pong(payload: Uint8Array): void {
    // RFC 6455 section 5.5.3 lets pings go unanswered while later ones come: otherwise they could fill the memory.
    if (this.unsent <= MAX_UNSENT_FOR_PONG) this.sendFrame(clientFrame(OPCODE.pong, payload));
  }

  private receive(bytes: Uint8Array): void {
    if (this.state === "closed") return;
    try {
      if (this.state === "opening") this.answer(bytes);
      else this.reader.push(bytes);
    } catch (error) {
      this.end(error as FluxError);
    }
  }

  private answer(bytes: Uint8Array, ended = false): void {
    const reply = this.handshake.push(bytes, ended);
    if (reply === null) return;
    if (reply.status !== 101) {
      this.opened.resolve({ status: reply.status, body: reply.body });
      return;
    }
    this.state = "open";
    this.opened.resolve(null);
    if (reply.rest.length > 0) this.reader.push(reply.rest);
  }

  private lost(): void {
    if (this.state === "opening") {
      try {
        this.answer(new Uint8Array(0), true);
      } catch (error) {
        this.end(error as FluxError);
      }
    }
    this.end(null);
  }

  private end(failure: FluxError | null): void {
    if (this.state === "closed") return;
    const wasOpen = this.state === "open";
    this.state = "closed";
    this.connection?.destroy();
    if (wasOpen) this.options.events.closed(failure);
    this.opened.reject(failure ?? new FluxError("connection-closed", "the connection was closed"));
  }
}
