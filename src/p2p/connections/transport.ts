import {
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpConnectOptions,
  type TcpListener,
  type TcpListenOptions,
} from "../../platform/tcp/index.ts";

/** How bytes get to peers and back. */
export interface Transport {
  /** @throws FluxError when nobody can be listened to there */
  listen(options: TcpListenOptions): TcpListener;
  /** @throws FluxError when the address cannot be reached */
  connect(options: TcpConnectOptions): Promise<TcpConnection>;
}

export const TCP: Transport = { listen: listenTcp, connect: connectTcp };
