import type { Transport } from "../../src/p2p/connections/transport.ts";
import {
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpConnectOptions,
  type TcpListener,
  type TcpListenOptions,
} from "../../src/platform/tcp/index.ts";

/** A connection whose other side seems to be elsewhere. */
class PretendConnection implements TcpConnection {
  readonly remoteHost: string;
  private readonly real: TcpConnection;

  constructor(real: TcpConnection, remoteHost: string) {
    this.real = real;
    this.remoteHost = remoteHost;
  }

  get remotePort(): number {
    return this.real.remotePort;
  }

  get localHost(): string {
    return this.real.localHost;
  }

  get localPort(): number {
    return this.real.localPort;
  }

  get unsent(): number {
    return this.real.unsent;
  }

  get bytesSent(): number {
    return this.real.bytesSent;
  }

  send(bytes: Uint8Array): void {
    this.real.send(bytes);
  }

  pause(): void {
    this.real.pause();
  }

  resume(): void {
    this.real.resume();
  }

  finish(): void {
    this.real.finish();
  }

  destroy(): void {
    this.real.destroy();
  }
}

/** Sockets of this machine under addresses that a test makes up, so that peers seem to come from anywhere. */
export class PretendTransport implements Transport {
  /** Where the next ones who call come from, in the order of their calls; then it is this machine. */
  readonly callers: string[] = [];
  /** Real ports of this machine behind "host:port". */
  readonly places = new Map<string, number>();
  /** Every "host:port" that was called. */
  readonly called: string[] = [];
  /** Calls that were refused. */
  refused = 0;

  listen({ accept, ...place }: TcpListenOptions): TcpListener {
    return listenTcp({
      ...place,
      accept: (connection) => {
        const host = this.callers.shift() ?? connection.remoteHost;
        const events = accept(new PretendConnection(connection, host));
        if (!events) this.refused++;
        return events;
      },
    });
  }

  connect({ host, port, accept, timeoutMillis }: TcpConnectOptions): Promise<TcpConnection> {
    const place = `${host}:${port}`;
    this.called.push(place);
    return connectTcp({
      host: "127.0.0.1",
      // Nobody listens on port 1.
      port: this.places.get(place) ?? 1,
      timeoutMillis,
      accept: (connection) => accept(new PretendConnection(connection, host)),
    });
  }
}
