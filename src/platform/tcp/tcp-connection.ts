/** What happens on a connection. None of these may throw. */
export interface TcpEvents {
  /** Bytes that arrived; they belong to the receiver. */
  data(bytes: Uint8Array): void;
  /** Everything that waited for the peer to read was taken by the system. */
  drained(): void;
  /** Nothing more comes, from either side. Called once. */
  closed(): void;
}

/** One TCP connection to a stranger. Whoever holds it bounds what waits on it with {@link unsent} and {@link pause}. */
export interface TcpConnection {
  /** Numeric address and port of the other side. */
  readonly remoteHost: string;
  readonly remotePort: number;
  /** Numeric address of this side. */
  readonly localHost: string;
  readonly localPort: number;
  /** Bytes given to {@link send} that the system has not taken yet. */
  readonly unsent: number;
  /** Bytes that the system took. */
  readonly bytesSent: number;
  /** Sends bytes, which must not change afterwards. Without effect once closed. */
  send(bytes: Uint8Array): void;
  /** Stops reading, so that the other side has to wait; some bytes may still come. */
  pause(): void;
  resume(): void;
  /** Ends the connection after what waits was sent, at the latest after a few seconds; nothing is read any more. */
  finish(): void;
  /** Ends the connection at once. */
  destroy(): void;
}

/** The side of the runtime's socket that is used here. */
export interface RawSocket {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** Bytes that the system took, -1 on a closed socket. */
  write(bytes: Uint8Array): number;
  pause(): void;
  resume(): void;
  end(): void;
  terminate(): void;
  setNoDelay(on: boolean): boolean;
}

const FINISH_PATIENCE_MILLIS = 5_000;

/** A connection over the runtime's socket, which has no buffer of its own: what the system does not take waits here. */
export class SocketConnection implements TcpConnection {
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly localHost: string;
  readonly localPort: number;
  private readonly socket: RawSocket;
  private events: TcpEvents | null = null;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private sentBytes = 0;
  private state: "open" | "finishing" | "closed" = "open";
  private deadline: ReturnType<typeof setTimeout> | null = null;

  constructor(socket: RawSocket) {
    this.socket = socket;
    this.remoteHost = socket.remoteAddress;
    this.remotePort = socket.remotePort;
    this.localHost = socket.localAddress;
    this.localPort = socket.localPort;
    socket.setNoDelay(true);
  }

  /** Says where events go; must be called before the runtime has any. */
  listen(events: TcpEvents): void {
    this.events = events;
  }

  get unsent(): number {
    return this.waitingBytes;
  }

  get bytesSent(): number {
    return this.sentBytes;
  }

  send(bytes: Uint8Array): void {
    if (this.state !== "open" || bytes.length === 0) return;
    const taken = this.waiting.length === 0 ? this.write(bytes) : 0;
    if (taken === bytes.length) return;
    const rest = bytes.subarray(taken);
    this.waiting.push(rest);
    this.waitingBytes += rest.length;
  }

  private write(bytes: Uint8Array): number {
    const taken = Math.max(0, this.socket.write(bytes));
    this.sentBytes += taken;
    return taken;
  }

  pause(): void {
    if (this.state === "open") this.socket.pause();
  }

  resume(): void {
    if (this.state === "open") this.socket.resume();
  }

  finish(): void {
    if (this.state !== "open") return;
    this.state = "finishing";
    this.deadline = setTimeout(() => this.destroy(), FINISH_PATIENCE_MILLIS);
    if (this.waiting.length === 0) this.socket.end();
  }

  destroy(): void {
    if (this.state === "closed") return;
    this.socket.terminate();
    this.onClosed();
  }

  onData(bytes: Uint8Array): void {
    if (this.state === "open") this.events?.data(bytes);
  }

  /** The system has room again. */
  onWritable(): void {
    let done = 0;
    for (const bytes of this.waiting) {
      const taken = this.write(bytes);
      this.waitingBytes -= taken;
      if (taken < bytes.length) {
        this.waiting[done] = bytes.subarray(taken);
        break;
      }
      done++;
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) return;
    if (this.state === "finishing") this.socket.end();
    else this.events?.drained();
  }

  onClosed(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    if (this.deadline) clearTimeout(this.deadline);
    this.waiting = [];
    this.waitingBytes = 0;
    this.events?.closed();
    this.events = null;
  }
}
