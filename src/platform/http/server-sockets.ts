import type { ByteSocket, ByteSocketEvents, ByteSocketReply } from "./byte-socket.ts";
import type { SocketReply } from "./http-server.ts";

export type BunSocket = Bun.ServerWebSocket<SocketData>;

/** What hangs on a WebSocket of the runtime's server. */
export interface SocketData {
  /** Called first. */
  open(socket: BunSocket): void;
  events: ByteSocketEvents;
}

const NOTHING: ByteSocketEvents = { message() {}, drained() {}, closed() {} };

/** Prepares the WebSocket that a reply asks for. */
export function socketData(reply: SocketReply | ByteSocketReply): SocketData {
  const data: SocketData = {
    open(socket) {
      data.events =
        "exchange" in reply
          ? reply.exchange(byteSocket(socket))
          : { ...NOTHING, closed: reply.connect({ send: (text) => void socket.send(text) }) };
    },
    events: NOTHING,
  };
  return data;
}

function byteSocket(socket: BunSocket): ByteSocket {
  return {
    get unsent() {
      return socket.getBufferedAmount();
    },
    send: (data) => void socket.send(data as string | Uint8Array<ArrayBuffer>),
    finish: () => socket.close(),
    destroy: () => socket.terminate(),
  };
}
