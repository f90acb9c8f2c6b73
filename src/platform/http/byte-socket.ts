/** What happens on a {@link ByteSocket}. None of these may throw. */
export interface ByteSocketEvents {
  /** A whole message; bytes are only valid during the call. */
  message(data: string | Uint8Array): void;
  /** The client has read enough for more to be sent. */
  drained(): void;
  /** Called once, from whichever side it was closed. */
  closed(): void;
}

/** A WebSocket over which both sides send. Whoever holds it bounds what waits on it with {@link unsent}. */
export interface ByteSocket {
  /** Bytes that wait for the client to read. */
  readonly unsent: number;
  /** Without effect once closed. */
  send(data: string | Uint8Array): void;
  /** Ends it after what waits was sent. */
  finish(): void;
  /** Ends it at once; what waits is lost. */
  destroy(): void;
}

/** Answers a request by turning its connection into a WebSocket for both directions. */
export interface ByteSocketReply {
  readonly exchange: (socket: ByteSocket) => ByteSocketEvents;
}
