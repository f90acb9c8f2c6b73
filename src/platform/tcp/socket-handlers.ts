import type { RawSocket, SocketConnection } from "./tcp-connection.ts";

interface HeldSocket extends RawSocket {
  data: SocketConnection | undefined;
}

/** Hands the runtime's socket events on to the connection that {@link open} makes of a socket. */
export function socketHandlers(open: (socket: RawSocket) => SocketConnection | undefined) {
  const closed = (socket: HeldSocket) => {
    socket.data?.onClosed();
    socket.data = undefined;
  };
  return {
    binaryType: "uint8array" as const,
    open(socket: HeldSocket) {
      socket.data = open(socket);
    },
    data(socket: HeldSocket, bytes: Uint8Array) {
      socket.data?.onData(bytes);
    },
    drain(socket: HeldSocket) {
      socket.data?.onWritable();
    },
    close: closed,
    error: (socket: HeldSocket) => {
      socket.terminate();
      closed(socket);
    },
  };
}
