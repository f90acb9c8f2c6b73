import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpReply } from "../../../../src/platform/http/index.ts";
import {
  createRpcHandler,
  type RpcHandler,
  type RpcServer,
  type RpcServerOptions,
  startRpcServer,
} from "../../../../src/server/rpc/index.ts";
import { fakeContext, TIP_HASH } from "./fake-context.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const CREDENTIALS = { user: "me", password: "p:w" };
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const GOOD = basic("me:p:w");

function start(options: Partial<RpcServerOptions> = {}, handler?: RpcHandler | null): RpcServer {
  const server = startRpcServer({ hosts: ["127.0.0.1"], port: 0, authorization: CREDENTIALS, ...options });
  cleanups.push(() => server.stop());
  if (handler !== null) server.open(handler ?? createRpcHandler(fakeContext()));
  return server;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly authorization?: string | null;
  readonly body?: string;
}

function ask(server: RpcServer, { method = "POST", path = "/", authorization = GOOD, body }: Ask = {}) {
  const text = body ?? '{"method":"getblockcount","id":1}';
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: authorization === null ? {} : { authorization },
    ...(method === "GET" || method === "HEAD" ? {} : { body: text }),
  });
}

describe("a call over HTTP", () => {
  test("is answered as JSON", async () => {
    const reply = await ask(start());
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(await reply.text()).toBe('{"result":42,"error":null,"id":1}\n');
  });

  test("carries the status of its error", async () => {
    const server = start();
    const status = async (body: string) => (await ask(server, { body })).status;
    expect(await status('{"method":"nosuch"}')).toBe(404);
    expect(await status('{"method":"getblockcount","params":{}}')).toBe(400);
    expect(await status('{"method":"getblockhash"}')).toBe(500);
    expect(await status("{")).toBe(500);
    expect(await status('[{"method":"nosuch"}]')).toBe(200);
  });

  test("may be one of many on a connection", async () => {
    const server = start();
    const bodies = await Promise.all(
      Array.from({ length: 50 }, async (_, id) =>
        (await ask(server, { body: `{"method":"getbestblockhash","id":${id}}` })).json(),
      ),
    );
    expect(bodies).toEqual(bodies.map((_, id) => ({ result: TIP_HASH, error: null, id })));
  });

  test("works on the loopback addresses of both families where the machine has them", async () => {
    const server = startRpcServer({ port: 0, authorization: CREDENTIALS });
    cleanups.push(() => server.stop());
    server.open(createRpcHandler(fakeContext()));
    const reached: string[] = [];
    for (const host of ["127.0.0.1", "[::1]"]) {
      try {
        const reply = await fetch(`http://${host}:${server.port}`, {
          method: "POST",
          headers: { authorization: GOOD },
          body: "[]",
        });
        if (reply.status === 200) reached.push(host);
      } catch {}
    }
    expect(reached).toContain("127.0.0.1");
  });
});

describe("what is no call", () => {
  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s is refused", async (method) => {
    const reply = await ask(start(), { method });
    expect(reply.status).toBe(405);
    if (method !== "HEAD") expect(await reply.text()).toBe("JSONRPC server handles only POST requests");
  });

  test.each(["/x", "/?a=1", "/index", "/rest/chaininfo.json"])("the path %s is not there", async (path) => {
    const reply = await ask(start(), { path });
    expect([reply.status, await reply.text()]).toEqual([404, ""]);
  });

  test("a body above 32 MiB is refused, one below it is read", async () => {
    const server = start();
    const padded = (length: number) => `{"method":"getblockcount"${" ".repeat(length)}}`;
    expect((await ask(server, { body: padded(1024 * 1024) })).status).toBe(200);
    expect((await ask(server, { body: padded(32 * 1024 * 1024) })).status).toBe(413);
  });
});

describe("credentials", () => {
  test("must be there", async () => {
    const reply = await ask(start(), { authorization: null });
    expect([reply.status, reply.headers.get("www-authenticate"), await reply.text()]).toEqual([
      401,
      'Basic realm="jsonrpc"',
      "",
    ]);
  });

  test("that are wrong are answered late", async () => {
    const refused: string[] = [];
    const server = start({ onRefusedPassword: (client) => refused.push(client) });
    const wrong = ["me:p:x", "me", "", "you:p:w", "me:p:w ", " me:p:w", "me:p:w\0"].map(basic);
    const began = performance.now();
    const replies = await Promise.all(
      [...wrong, "Bearer x", "basic x", GOOD.toLowerCase(), "Basic"].map((authorization) =>
        ask(server, { authorization }),
      ),
    );
    expect(performance.now() - began).toBeGreaterThan(240);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 401));
    expect(refused).toEqual(replies.map(() => "127.0.0.1"));
  });

  test("may be spelled in other ways", async () => {
    const server = start();
    for (const authorization of [GOOD, `Basic  ${GOOD.slice(6)} `, GOOD.replace(/=+$/, "")]) {
      expect((await ask(server, { authorization })).status).toBe(200);
    }
  });

  test("come from a cookie file that only its owner can read and that goes away at the end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fluxnode-rpc-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const cookieFile = join(folder, ".cookie");
    const server = start({ authorization: { cookieFile } });
    const cookie = readFileSync(cookieFile, "utf8");
    expect(cookie).toMatch(/^__cookie__:[A-Za-z0-9+/]{43}=$/);
    expect(statSync(cookieFile).mode & 0o777).toBe(0o600);
    expect((await ask(server, { authorization: basic(cookie) })).status).toBe(200);
    await server.stop();
    expect(existsSync(cookieFile)).toBe(false);
    const again = start({ authorization: { cookieFile } });
    expect(readFileSync(cookieFile, "utf8")).not.toBe(cookie);
    expect((await ask(again, { authorization: basic(cookie) })).status).toBe(401);
  });

  test("of a running node survive a second one that finds the port taken", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fluxnode-rpc-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const authorization = { cookieFile: join(folder, ".cookie") };
    const server = start({ authorization });
    const cookie = readFileSync(authorization.cookieFile, "utf8");
    expect(() => startRpcServer({ hosts: ["127.0.0.1"], port: server.port, authorization })).toThrow(
      expect.objectContaining({ code: "port-in-use" }),
    );
    expect(readFileSync(authorization.cookieFile, "utf8")).toBe(cookie);
  });
});

describe("the node's states", () => {
  test("while it starts, every call gets the status", async () => {
    const server = start({ status: "Opening the chain" }, null);
    const error = async () => ((await (await ask(server)).json()) as { error: unknown }).error;
    expect(await error()).toEqual({ code: -28, message: "Opening the chain" });
    server.setStatus("Verifying blocks");
    expect(await error()).toEqual({ code: -28, message: "Verifying blocks" });
    expect((await ask(server)).status).toBe(500);
    server.open(createRpcHandler(fakeContext()));
    expect(await error()).toBeNull();
  });

  test("stopping lets running calls end and takes no new ones", async () => {
    let finish = () => {};
    const began = Promise.withResolvers<void>();
    const server = start({}, () => {
      began.resolve();
      return new Promise((resolve) => (finish = () => resolve("late")));
    });
    const running = ask(server);
    await began.promise;
    const stopped = server.stop();
    await expect(
      ask(server).then(({ status }) => (status === 503 ? Promise.reject(new Error("503")) : status)),
    ).rejects.toThrow();
    finish();
    expect(await (await running).json()).toEqual({ result: "late", error: null, id: 1 });
    await stopped;
  });

  test("a stop called over RPC is answered before the server is gone", async () => {
    const context = fakeContext();
    const server = start({}, createRpcHandler({ ...context, stop: () => void server.stop() }));
    const reply = await ask(server, { body: '{"method":"stop","id":1}' });
    expect(await reply.text()).toBe('{"result":"Flux server stopping","error":null,"id":1}\n');
    await server.stop();
    await expect(ask(server)).rejects.toThrow();
  });
});

test("too many calls at once are turned away, the waiting ones get their turn", async () => {
  const finish: (() => void)[] = [];
  const server = start({ workers: 2, queueDepth: 3 }, () => new Promise((resolve) => finish.push(() => resolve(null))));
  const turnedAway = Promise.withResolvers<void>();
  let refused = 0;
  const asked = Array.from({ length: 7 }, async () => {
    const reply = await ask(server);
    if (reply.status === 500 && ++refused === 2) turnedAway.resolve();
    return [reply.status, await reply.text()] as const;
  });
  // All seven have come when two were turned away: the others run or wait.
  await turnedAway.promise;
  expect(finish.length).toBe(2);
  for (let ended = 0; ended < 5; ended++) {
    while (finish.length === 0) await Bun.sleep(1);
    finish.shift()?.();
  }
  const replies = await Promise.all(asked);
  expect(replies.filter(([status]) => status === 200).length).toBe(5);
  expect(replies.filter(([status]) => status === 500)).toEqual([
    [500, "Work queue depth exceeded"],
    [500, "Work queue depth exceeded"],
  ]);
});

test("REST waits in line with the calls, other pages do not", async () => {
  const finish: (() => void)[] = [];
  const works = () => new Promise<null>((resolve) => finish.push(() => resolve(null)));
  const rest = async (): Promise<HttpReply> => {
    await works();
    return { status: 200, body: "rest" };
  };
  const server = start(
    {
      workers: 2,
      queueDepth: 1,
      pages: ({ target }) => (target === "/healthy" ? { status: 200, body: "healthy" } : null),
      rest: ({ target }) => (target.startsWith("/rest/") ? rest : null),
    },
    works,
  );
  const get = async (path: string) => {
    const reply = await ask(server, { method: "GET", path, authorization: null });
    return [reply.status, await reply.text()];
  };
  const running = [get("/rest/a"), ask(server).then(async (reply) => [reply.status])];
  while (finish.length < 2) await Bun.sleep(1);
  // One waits and the other is turned away, whichever comes first.
  const others = [get("/rest/b"), get("/rest/c")];
  expect(await Promise.race(others)).toEqual([500, "Work queue depth exceeded"]);
  expect(await get("/healthy")).toEqual([200, "healthy"]);
  expect((await get("/other"))[0]).toBe(404);
  expect(finish.length).toBe(2);
  for (const end of finish.splice(0)) end();
  while (finish.length < 1) await Bun.sleep(1);
  for (const end of finish.splice(0)) end();
  expect(await Promise.all(running)).toEqual([[200, "rest"], [200]]);
  expect((await Promise.all(others)).toSorted()).toEqual([
    [200, "rest"],
    [500, "Work queue depth exceeded"],
  ]);
});

test("bytes that are no HTTP harm nobody", async () => {
  const server = start();
  for (const bytes of [
    "\0\0\0\0",
    "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    `POST / HTTP/1.1\r\n${"a: b\r\n".repeat(5000)}`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, "127.0.0.1", () => socket.end(bytes));
      socket.on("close", () => resolve());
      socket.on("error", () => resolve());
      socket.resume();
    });
  }
  expect((await ask(server)).status).toBe(200);
});
