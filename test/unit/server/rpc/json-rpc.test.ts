import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonInput, RpcError } from "../../../../src/server/rpc/index.ts";
import { answer } from "../../../../src/server/rpc/json-rpc.ts";

const handler = (method: string, params: readonly JsonInput[]) => {
  if (method === "echo") return params as never;
  if (method === "later") return Promise.resolve("done");
  if (method === "refuse") return Promise.reject(new RpcError(-5, "not there"));
  if (method === "throw") throw new TypeError("secret");
  throw new RpcError(-32601, "Method not found");
};

async function ask(request: unknown): Promise<[number, string]> {
  const { status, body } = await answer(typeof request === "string" ? request : JSON.stringify(request), handler);
  return [status, body];
}

describe("single requests", () => {
  test("reply in the daemon's key order with a newline", async () => {
    expect(await ask({ method: "echo", params: [1, "a"], id: 7 })).toEqual([
      200,
      '{"result":[1,"a"],"error":null,"id":7}\n',
    ]);
    expect(await ask({ method: "later", id: "x" })).toEqual([200, '{"result":"done","error":null,"id":"x"}\n']);
  });

  test("missing and null parameters are none", async () => {
    expect(await ask({ method: "echo" })).toEqual([200, '{"result":[],"error":null,"id":null}\n']);
    expect(await ask({ method: "echo", params: null, id: 1 })).toEqual([200, '{"result":[],"error":null,"id":1}\n']);
  });

  test("errors and their HTTP status", async () => {
    const error = (code: number, message: string, id: unknown) =>
      `{"result":null,"error":${JSON.stringify({ code, message })},"id":${JSON.stringify(id)}}\n`;
    const cases: [unknown, number, string][] = [
      [{ method: "nosuch", id: 1 }, 404, error(-32601, "Method not found", 1)],
      [{ method: "refuse", id: [1] }, 500, error(-5, "not there", [1])],
      [{ method: "throw", id: 1 }, 500, error(-32603, "internal error", 1)],
      [{ method: "echo", params: { a: 1 }, id: 2 }, 400, error(-32600, "Params must be an array", 2)],
      [{ method: "echo", params: "a", id: 2 }, 400, error(-32600, "Params must be an array", 2)],
      [{ method: 5, id: 3 }, 400, error(-32600, "Method must be a string", 3)],
      [{ id: 4 }, 400, error(-32600, "Missing method", 4)],
      ["{", 500, error(-32700, "Parse error", null)],
      ["", 500, error(-32700, "Parse error", null)],
      ["5", 500, error(-32700, "Top-level object parse error", null)],
      ['"x"', 500, error(-32700, "Top-level object parse error", null)],
      ["null", 500, error(-32700, "Top-level object parse error", null)],
    ];
    for (const [request, status, body] of cases) expect(await ask(request)).toEqual([status, body]);
  });

  test("ids come back as they were written", async () => {
    for (const id of ["1", "null", '"a\\u00e9"', "12345678901234567890", "1.50", '{"a":[1.0,true]}', "-1"]) {
      const [, body] = await ask(`{"method":"echo","id":${id}}`);
      expect(body).toBe(`{"result":[],"error":null,"id":${id.replace("\\u00e9", "é")}}\n`);
    }
  });

  test("no body makes it throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (body) => {
        const reply = await answer(body, handler);
        expect(JSON.parse(reply.body)).toBeObject();
      }),
    );
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    for (const body of [deep, `{"method":"echo","params":[],"id":${deep}}`]) {
      expect((await answer(body, handler)).body).toEndWith("\n");
    }
  });
});

describe("batches", () => {
  test("are answered in order with status 200, errors inside", async () => {
    const [status, body] = await ask([
      { method: "later", id: 1 },
      { method: "refuse", id: 2 },
      5,
      { method: "echo", id: 3 },
    ]);
    expect(status).toBe(200);
    expect(body).toBe(
      '[{"result":"done","error":null,"id":1},' +
        '{"result":null,"error":{"code":-5,"message":"not there"},"id":2},' +
        '{"result":null,"error":{"code":-32600,"message":"Invalid Request object"},"id":null},' +
        '{"result":[],"error":null,"id":3}]\n',
    );
  });

  test("may be empty", async () => expect(await ask([])).toEqual([200, "[]\n"]));

  test("run one call after the other", async () => {
    const order: string[] = [];
    const slow = async (method: string) => {
      order.push(`start ${method}`);
      await Bun.sleep(method === "a" ? 20 : 0);
      order.push(`end ${method}`);
      return null;
    };
    await answer('[{"method":"a"},{"method":"b"}]', slow);
    expect(order).toEqual(["start a", "end a", "start b", "end b"]);
  });
});

test("others have their turn between the calls of a long batch", async () => {
  let turns = 0;
  let answered = false;
  const look = () => {
    if (answered) return;
    turns++;
    setImmediate(look);
  };
  setImmediate(look);
  // Each call takes longer than anybody should wait.
  const busy = () => {
    const end = performance.now() + 10;
    while (performance.now() < end);
    return null;
  };
  const requests = JSON.stringify([1, 2, 3].map((id) => ({ method: "busy", id })));
  const { body } = await answer(requests, busy);
  answered = true;
  expect(body).toBe(`[${[1, 2, 3].map((id) => `{"result":null,"error":null,"id":${id}}`).join(",")}]\n`);
  expect(turns).toBeGreaterThan(1);
});
