import { FluxError, systemErrorCode } from "../errors.ts";
import { socketHandlers } from "./socket-handlers.ts";
import { SocketConnection, type TcpConnection, type TcpEvents } from "./tcp-connection.ts";

export interface TcpListenOptions {
  /** Numeric address to listen on. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Says where the events of a new connection go; null refuses it. */
  readonly accept: (connection: TcpConnection) => TcpEvents | null;
}

export interface TcpListener {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections; the open ones stay. */
  stop(): void;
}

/**
 * Accepts TCP connections.
 * @throws FluxError port-in-use, listen-failed
 */
export function listenTcp({ host, port, accept }: TcpListenOptions): TcpListener {
  try {
    const server = Bun.listen<SocketConnection | undefined>({
      hostname: host,
      port,
      socket: socketHandlers((socket) => {
        const connection = new SocketConnection(socket);
        const events = accept(connection);
        if (!events) {
          socket.terminate();
          return undefined;
        }
        connection.listen(events);
        return connection;
      }),
    });
    return { host, port: server.port, stop: () => server.stop(false) };
  } catch (error) {
    throw listenError(error, host, port);
  }
}

function listenError(error: unknown, host: string, port: number): FluxError {
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (systemErrorCode(error) === "EADDRINUSE") {
    return new FluxError("port-in-use", `cannot listen for peers on ${place}: something else does already`, {
      hint: "is another node running? stop it, or choose another address with --listen",
      cause: error,
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new FluxError("listen-failed", `cannot listen for peers on ${place}: ${reason}`, { cause: error });
}
