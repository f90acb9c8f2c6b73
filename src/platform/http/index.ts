export { AddressFilter } from "./address-filter.ts";
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
export { equalSecrets, randomSecret } from "./secrets.ts";
