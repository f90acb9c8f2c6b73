export { randomMessage } from "./frame-writer.ts";
export {
  openWebSocket,
  type WebSocketClient,
  type WebSocketEvents,
  type WebSocketOptions,
  type WebSocketRefusal,
} from "./open-web-socket.ts";
