export { AddressFilter } from "./address-filter.ts";
export type { ByteSocket, ByteSocketEvents, ByteSocketReply } from "./byte-socket.ts";
export { ConnectionLimit, type ConnectionLimits, type Connections } from "./connection-limit.ts";
export { getHttp } from "./http-get.ts";
export { type HttpPost, postHttp } from "./http-post.ts";
export {
  type HttpReply,
  type HttpRequest,
  type HttpServer,
  type HttpServerOptions,
  type SocketConnection,
  type SocketReply,
  startHttpServer,
} from "./http-server.ts";
export { equalSecrets, keyedDigest, randomSecret } from "./secrets.ts";
