import { afterEach, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import type { HttpServer } from "../../../../src/platform/http/index.ts";
import { startApiServer } from "../../../../src/server/api/index.ts";
import { until } from "./fake-client.ts";

const REQUEST = "GET /page HTTP/1.1\r\nHost: node\r\n\r\n";

let server: HttpServer | null = null;
const clients: Client[] = [];

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await server?.stop(true);
  server = null;
});

function start(total: number, perClient: number): HttpServer {
  const page = () => ({ status: 200, body: "here" });
  server = startApiServer({ host: "127.0.0.1", port: 0, parts: [page], connections: { total, perClient } });
  return server;
}

/** A connection that says nothing by itself. */
class Client {
  readonly socket: Socket;
  received = "";
  ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (data) => {
      this.received += data.toString("latin1");
    });
    socket.on("close", () => {
      this.ended = true;
    });
    socket.on("error", () => {});
  }

  /** The answer to one more request, or what came before the connection was closed. */
  async ask(): Promise<string> {
    this.received = "";
    this.socket.write(REQUEST);
    await until(() => this.ended || this.received.endsWith("here") || this.received.endsWith("}"));
    return this.received;
  }
}

async function opened({ port, host }: HttpServer, localAddress = "127.0.0.1"): Promise<Client> {
  const client = new Client(connect({ port, host, localAddress }));
  clients.push(client);
  await new Promise((resolve, reject) => client.socket.once("connect", resolve).once("error", reject));
  return client;
}

async function several(count: number, running: HttpServer, localAddress?: string): Promise<Client[]> {
  const list: Client[] = [];
  while (list.length < count) list.push(await opened(running, localAddress));
  return list;
}

test("silent connections of one address above its limit are closed, those of others are not", async () => {
  const running = start(100, 3);
  const crowd = await several(8, running);
  const other = await opened(running, "127.0.0.2");
  await until(() => crowd.filter(({ ended }) => ended).length === 5);
  const [first] = crowd.filter(({ ended }) => !ended);
  expect(await first?.ask()).toStartWith("HTTP/1.1 200");
  expect(await other.ask()).toStartWith("HTTP/1.1 200");
  expect(crowd.filter(({ ended }) => !ended).length).toBe(3);
});

test("silent connections of all together above the limit are closed", async () => {
  const running = start(4, 2);
  const crowd = (await Promise.all([1, 2, 3, 4].map((last) => several(2, running, `127.0.0.${last}`)))).flat();
  await until(() => crowd.filter(({ ended }) => ended).length === 4);
});

test("a request too many is answered with 503 and a closed connection; later ones find room", async () => {
  const running = start(100, 2);
  const [first, second] = await several(2, running);
  expect(await first?.ask()).toStartWith("HTTP/1.1 200");
  expect(await second?.ask()).toStartWith("HTTP/1.1 200");
  let third = await opened(running);
  let answer = await third.ask();
  // Whoever is slow to ask is taken for a silent one, and closed without a word.
  while (answer === "") {
    third = await opened(running);
    answer = await third.ask();
  }
  expect(answer).toStartWith("HTTP/1.1 503");
  expect(answer).toMatch(/^retry-after: \d+\r$/im);
  expect(answer).toContain('"TooManyConnections"');
  await until(() => third.ended);
  expect(await first?.ask()).toStartWith("HTTP/1.1 200");
  second?.socket.destroy();
  for (let answered = false; !answered; ) answered = (await (await opened(running)).ask()).startsWith("HTTP/1.1 200");
});
