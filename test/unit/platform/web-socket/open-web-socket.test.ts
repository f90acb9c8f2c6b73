import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { openWebSocket } from "../../../../src/platform/web-socket/index.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const PINGS_AT_ONCE = 1000;
const PING = Buffer.concat([Uint8Array.of(0x89, 125), new Uint8Array(125)]);
const PINGS = Buffer.concat(new Array<Uint8Array>(PINGS_AT_ONCE).fill(PING));
const ENOUGH_BYTES = 64e6;
const MOST_UNSENT = 200_000;

test("pings of a server that does not read do not fill the memory", async () => {
  let sent = 0;
  let rest: Uint8Array = new Uint8Array(0);
  const over = Promise.withResolvers<void>();
  const flood = (socket: Bun.Socket) => {
    while (sent < ENOUGH_BYTES) {
      if (rest.length === 0) rest = PINGS;
      const taken = Math.max(0, socket.write(rest));
      sent += taken;
      rest = rest.subarray(taken);
      if (rest.length > 0) return;
    }
    over.resolve();
  };
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, request) {
        const [, key] = /Sec-WebSocket-Key: (.*)\r\n/.exec(request.toString()) ?? [];
        const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
        socket.pause();
        flood(socket);
      },
      drain: flood,
      close: () => over.resolve(),
    },
  });
  const client = await openWebSocket({
    host: "127.0.0.1",
    port: server.port,
    path: "/",
    timeoutMillis: 60_000,
    maxFrameBytes: 1000,
    maxTextBytes: 1000,
    events: { bytes() {}, text() {}, drained() {}, closed: () => over.resolve() },
  });
  if ("status" in client) throw new Error("refused");
  await over.promise;
  expect(sent).toBeGreaterThanOrEqual(ENOUGH_BYTES);
  expect(client.unsent).toBeGreaterThan(0);
  expect(client.unsent).toBeLessThan(MOST_UNSENT);
  client.destroy();
}, 60_000);
