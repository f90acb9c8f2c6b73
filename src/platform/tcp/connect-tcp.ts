import { FluxError, systemErrorCode } from "../errors.ts";
import { socketHandlers } from "./socket-handlers.ts";
import { type RawSocket, SocketConnection, type TcpConnection, type TcpEvents } from "./tcp-connection.ts";

export interface TcpConnectOptions {
  /** Numeric address. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMillis: number;
  /** Says where the events of the connection go. */
  readonly accept: (connection: TcpConnection) => TcpEvents;
}

/**
 * Connects to an address.
 * @throws FluxError connect-failed, connect-timeout (kind "unreachable")
 */
export async function connectTcp({ host, port, timeoutMillis, accept }: TcpConnectOptions): Promise<TcpConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<TcpConnection>();
  const place = `${host} port ${port}`;
  let given = false;
  const giveUp = (error: FluxError) => {
    given = true;
    reject(error);
  };
  const timer = setTimeout(
    () => giveUp(new FluxError("connect-timeout", `no answer from ${place}`, { kind: "unreachable" })),
    timeoutMillis,
  );
  const failed = (error: unknown) => {
    const reason = systemErrorCode(error) ?? String(error);
    giveUp(new FluxError("connect-failed", `cannot connect to ${place}: ${reason}`, { kind: "unreachable" }));
  };
  const opened = (socket: RawSocket) => {
    if (given) {
      socket.terminate();
      return undefined;
    }
    given = true;
    const connection = new SocketConnection(socket);
    connection.listen(accept(connection));
    resolve(connection);
    return connection;
  };
  Bun.connect<SocketConnection | undefined>({
    hostname: host,
    port,
    socket: { ...socketHandlers(opened), connectError: (_socket, error) => failed(error) },
  }).catch(failed);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
