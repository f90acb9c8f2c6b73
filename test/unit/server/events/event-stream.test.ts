import { afterEach, expect, test } from "bun:test";
import type { MempoolChange, TipChange } from "../../../../src/chain/index.ts";
import { fromDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { EventStream } from "../../../../src/server/events/index.ts";
import { type RpcServer, startRpcServer } from "../../../../src/server/rpc/index.ts";

const servers: RpcServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const AUTHORIZATION = `Basic ${Buffer.from("me:pw").toString("base64")}`;
const HASH = "ab".repeat(32);

function start() {
  const stream = new EventStream();
  const authorization = { user: "me", password: "pw" };
  const server = startRpcServer({ hosts: ["127.0.0.1"], port: 0, authorization, events: stream.connect });
  servers.push(server);
  return { stream, server };
}

function listen(server: RpcServer, authorization = AUTHORIZATION) {
  const options = { headers: { authorization } } as unknown as string[];
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events`, options);
  const messages: string[] = [];
  socket.onmessage = ({ data }) => void messages.push(String(data));
  const opened = new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  return { socket, messages, opened, closed };
}

const placed = (height: number) => ({
  entry: { height, hash: fromDisplayHash(HASH), time: 1000 + height },
  block: { transactions: [1, 2] },
});
const tip = (...heights: number[]) =>
  ({ disconnected: heights.slice(1).map(placed), connected: placed(heights[0] ?? 0) }) as unknown as TipChange;
const entry = { tx: { txid: fromDisplayHash(HASH) }, size: 200 };

test("what happens is told in order", async () => {
  const { stream, server } = start();
  const { messages, opened } = listen(server);
  expect(await opened).toBe(true);
  stream.onTip(tip(8, 9, 8));
  stream.onPool({ kind: "added", entry } as unknown as MempoolChange);
  stream.onPool({ kind: "removed", entry, reason: "mined" } as unknown as MempoolChange);
  for (let turn = 0; turn < 100 && messages.length < 5; turn++) await Bun.sleep(10);
  const block = (type: string, height: number) => ({ type, height, hash: HASH, time: 1000 + height, transactions: 2 });
  expect(messages.map((text) => JSON.parse(text))).toEqual([
    block("block.disconnected", 9),
    block("block.disconnected", 8),
    block("block.connected", 8),
    { type: "mempool.added", txid: HASH, size: 200 },
    { type: "mempool.removed", txid: HASH, reason: "mined" },
  ]);
});

test("only with the password, and only as a WebSocket", async () => {
  const { server } = start();
  const get = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${server.port}/events`, { headers });
  expect((await get({})).status).toBe(401);
  expect((await get({ authorization: "Basic eDp5" })).status).toBe(401);
  expect((await get({ authorization: AUTHORIZATION })).status).toBe(426);
  expect(await listen(server, "Basic eDp5").opened).toBe(false);
});

test("a stop ends the connections at once", async () => {
  const { server } = start();
  const { opened, closed } = listen(server);
  await opened;
  const begin = performance.now();
  await server.stop();
  expect(performance.now() - begin).toBeLessThan(2000);
  expect(await closed).toBe(1001);
});

test("who does not read is disconnected, others are not", async () => {
  const { stream, server } = start();
  const good = listen(server);
  await good.opened;
  const slow = await Bun.connect({
    hostname: "127.0.0.1",
    port: server.port,
    socket: { data: (socket) => socket.pause() },
  });
  const key = Buffer.alloc(16).toString("base64");
  const head = ["GET /events HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade"];
  slow.write(
    [...head, `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13", `Authorization: ${AUTHORIZATION}`, "", ""].join(
      "\r\n",
    ),
  );
  const clients = () => (stream as unknown as { clients: Set<unknown> }).clients.size;
  for (let turn = 0; turn < 100 && clients() < 2; turn++) await Bun.sleep(10);
  expect(clients()).toBe(2);
  const many = { disconnected: Array.from({ length: 2000 }, () => placed(1)), connected: placed(2) };
  for (let round = 0; round < 100 && clients() > 1; round++) {
    stream.onTip(many as unknown as TipChange);
    await Bun.sleep(5);
  }
  expect(clients()).toBe(1);
  expect(good.socket.readyState).toBe(WebSocket.OPEN);
  slow.end();
}, 20_000);
