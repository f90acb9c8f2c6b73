export { connectTcp, type TcpConnectOptions } from "./connect-tcp.ts";
export { listenTcp, type TcpListener, type TcpListenOptions } from "./listen-tcp.ts";
export { resolveHost } from "./resolve-host.ts";
export type { TcpConnection, TcpEvents } from "./tcp-connection.ts";
