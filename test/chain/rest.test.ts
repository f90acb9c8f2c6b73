import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Chain } from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import type { HttpRequest } from "../../src/platform/http/index.ts";
import { createClock } from "../../src/platform/index.ts";
import { ByteReader, ByteWriter, fromDisplayHash, toDisplayHash, toHex } from "../../src/protocol/bytes/index.ts";
import { encodeHeader } from "../../src/protocol/primitives/index.ts";
import { restSite } from "../../src/server/rest/index.ts";
import { createRpcHandler, type JsonInput, type RpcHandler, writeJson } from "../../src/server/rpc/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import { connectAll, freshChain, removeScratchFolders } from "./test-store.ts";

const HEIGHT = 130;
let chain: Chain;
let handler: RpcHandler;
let ask: (path: string, body?: Uint8Array) => Promise<{ status: number; type: string; body: Uint8Array; text: string }>;

beforeAll(async () => {
  chain = await freshChain(networkOf("regtest-a"), { indexes: true });
  await connectAll(chain, [...blocksOf("regtest-a")].slice(0, HEIGHT));
  const context = rpcContext({ chain, clock: createClock(MOCK_TIME), stop: () => {} });
  handler = createRpcHandler(context);
  const site = restSite(() => ({ chain: context.chain, call: handler }));
  ask = async (target, body) => {
    const method = body ? "POST" : "GET";
    const reply = await site({ target, method, bytes: async () => body } as unknown as HttpRequest)?.();
    const content = Buffer.from(reply?.body ?? "");
    const type = reply?.headers?.["content-type"] ?? "";
    return { status: reply?.status ?? 0, type, body: new Uint8Array(content), text: content.toString() };
  };
}, 60_000);
afterAll(async () => {
  await chain.close();
  removeScratchFolders();
});

const rpc = async (method: string, ...params: JsonInput[]) => JSON.parse(writeJson(await handler(method, params)));
const hashAt = (height: number): Promise<string> => rpc("getblockhash", height);
const error = (status: number, text: string) => ({ status, type: "text/plain", text: `${text}\r\n` });

describe("blocks", () => {
  test("as bytes, hex and JSON of both kinds", async () => {
    const hash = await hashAt(110);
    const raw: string = await rpc("getblock", hash, 0);
    const bin = await ask(`/rest/block/${hash}.bin`);
    expect([bin.status, bin.type, toHex(bin.body)]).toEqual([200, "application/octet-stream", raw]);
    expect(await ask(`/rest/block/${hash}.hex`)).toMatchObject({ status: 200, type: "text/plain", text: `${raw}\n` });
    const json = await ask(`/rest/block/${hash.toUpperCase()}.json`);
    expect(json).toMatchObject({ status: 200, type: "application/json" });
    expect(json.text).toBe(`${writeJson(await handler("getblock", [hash, 2]))}\n`);
    const brief = await ask(`/rest/block/notxdetails/${hash}.json`);
    expect(brief.text).toBe(`${writeJson(await handler("getblock", [hash, 1]))}\n`);
    expect(brief.text).not.toBe(json.text);
  });

  test("that are not there, or asked for wrongly", async () => {
    const hash = await hashAt(1);
    const none = "ab".repeat(32);
    expect(await ask(`/rest/block/${none}.json`)).toMatchObject(error(404, `${none} not found`));
    expect(await ask("/rest/block/12.json")).toMatchObject(error(400, "Invalid hash: 12"));
    expect(await ask("/rest/block/")).toMatchObject(error(400, "Invalid hash: "));
    const formats = error(404, "output format not found (available: .bin, .hex, .json)");
    for (const ending of ["", ".", ".xml", "..json", ".JSON"]) {
      expect(await ask(`/rest/block/${hash}${ending}`)).toMatchObject(formats);
    }
    expect((await ask(`/rest/block/${hash}.json.more`)).status).toBe(200);
  });
});

test("transactions", async () => {
  const [txid] = (await rpc("getblock", await hashAt(50))).tx;
  const { hex, ...verbose } = await rpc("getrawtransaction", txid, 1);
  expect(toHex((await ask(`/rest/tx/${txid}.bin`)).body)).toBe(hex);
  expect((await ask(`/rest/tx/${txid}.hex`)).text).toBe(`${hex}\n`);
  expect(JSON.stringify(JSON.parse((await ask(`/rest/tx/${txid}.json`)).text))).toBe(JSON.stringify(verbose));
  const none = "cd".repeat(32);
  expect(await ask(`/rest/tx/${none}.hex`)).toMatchObject(error(404, `${none} not found`));
  expect(await ask("/rest/tx/xyz.hex")).toMatchObject(error(400, "Invalid hash: xyz"));
});

test("headers follow each other up to the tip", async () => {
  const first = await hashAt(HEIGHT - 2);
  const expected = await chain.read((reader) =>
    [HEIGHT - 2, HEIGHT - 1, HEIGHT].map((height) => {
      const entry = reader.entryAt(height);
      if (!entry) throw new Error("no such block");
      return toHex(encodeHeader(entry.header));
    }),
  );
  expect(toHex((await ask(`/rest/headers/2/${first}.bin`)).body)).toBe(expected.slice(0, 2).join(""));
  expect((await ask(`/rest/headers/2000/${first}.hex`)).text).toBe(`${expected.join("")}\n`);
  const list = JSON.parse((await ask(`/rest/headers/1x/${first}.json`)).text);
  expect(JSON.stringify(list)).toBe(JSON.stringify([await rpc("getblockheader", first)]));
  expect((await ask(`/rest/headers/5/${"ab".repeat(32)}.json`)).text).toBe("[]\n");
  for (const count of ["0", "2001", "-1", "x"]) {
    const answer = await ask(`/rest/headers/${count}/${first}.bin`);
    expect(answer).toMatchObject(error(400, `Header count out of range: ${count}`));
  }
  const usage = error(400, "No header count specified. Use /rest/headers/<count>/<hash>.<ext>.");
  for (const path of ["", first, `1/2/${first}.bin`]) expect(await ask(`/rest/headers/${path}`)).toMatchObject(usage);
  expect(await ask("/rest/headers/5/ab.bin")).toMatchObject(error(400, "Invalid hash: ab"));
  expect(await ask(`/rest/headers/5/${first}`)).toMatchObject(
    error(404, "output format not found (available: .bin, .hex)"),
  );
});

test("what the methods tell", async () => {
  for (const [path, method, ...params] of [
    ["chaininfo", "getblockchaininfo"],
    ["mempool/info", "getmempoolinfo"],
    ["mempool/contents", "getrawmempool", true],
  ] as const) {
    expect((await ask(`/rest/${path}.json`)).text).toBe(`${writeJson(await handler(method, params))}\n`);
    const answer = error(404, "output format not found (available: json)");
    for (const ending of ["", ".bin", "/"]) expect(await ask(`/rest/${path}${ending}`)).toMatchObject(answer);
  }
});

describe("unspent outputs", () => {
  const known = async () => {
    const { tx } = await rpc("getblock", await hashAt(HEIGHT));
    return { txid: tx[0] as string, out: await rpc("gettxout", tx[0], 0) };
  };

  test("by the path, with the pool", async () => {
    const { txid, out } = await known();
    const answer = JSON.parse(
      (await ask(`/rest/getutxos/checkmempool/${txid}-0/${txid}-99/${"ab".repeat(32)}-0.json`)).text,
    );
    expect(answer).toEqual({
      chainHeight: HEIGHT,
      chaintipHash: toDisplayHash(chain.tipHash),
      bitmap: "100",
      utxos: [{ txvers: out.version, height: HEIGHT, value: out.value, scriptPubKey: out.scriptPubKey }],
    });
    const bin = await ask(`/rest/getutxos/checkmempool/${txid}-99/${txid}-0.bin`);
    const reader = new ByteReader(bin.body);
    expect([reader.i32(), toDisplayHash(reader.fixed(32)), toHex(reader.varBytes())]).toEqual([
      HEIGHT,
      toDisplayHash(chain.tipHash),
      "02",
    ]);
    expect([reader.compactSize(), reader.u32(), reader.u32()]).toEqual([1, out.version, HEIGHT]);
    expect([reader.i64(), toHex(reader.varBytes()), reader.remaining]).toEqual([
      BigInt(Math.round(out.value * 1e8)),
      out.scriptPubKey.hex,
      0,
    ]);
    const hex = await ask(`/rest/getutxos/checkmempool/${txid}-99/${txid}-0.hex`);
    expect(hex.text).toBe(`${toHex(bin.body)}\n`);
  });

  test("nothing is found without the pool, as in the daemon", async () => {
    const { txid } = await known();
    expect(JSON.parse((await ask(`/rest/getutxos/${txid}-0.json`)).text)).toMatchObject({ bitmap: "0", utxos: [] });
  });

  test("by a body, whose first byte counts the outpoints", async () => {
    const { txid } = await known();
    const body = new ByteWriter().u8(1).fixed(fromDisplayHash(txid)).u32(0).finish();
    const byPath = await ask(`/rest/getutxos/checkmempool/${txid}-0.bin`);
    expect((await ask("/rest/getutxos.bin", body)).body).toEqual(byPath.body);
    expect((await ask("/rest/getutxos.hex", Buffer.from(`${toHex(body)}\n`))).text).toBe(`${toHex(byPath.body)}\n`);
    for (const cut of [body.subarray(0, 30), Uint8Array.of(255), Uint8Array.of(0xfd, 1)]) {
      expect(await ask("/rest/getutxos.bin", cut)).toMatchObject(error(500, "Parse error"));
    }
    const both = error(500, "Combination of URI scheme inputs and raw post data is not allowed");
    expect(await ask(`/rest/getutxos/${txid}-0.bin`, body)).toMatchObject(both);
    expect(await ask("/rest/getutxos.json", body)).toMatchObject(error(500, "Error: empty request"));
  });

  test("questions that cannot be answered", async () => {
    const { txid } = await known();
    const empty = error(500, "Error: empty request");
    for (const path of ["", ".json", "/.json", "/checkmempool.json"]) {
      expect(await ask(`/rest/getutxos${path}`)).toMatchObject(empty);
    }
    for (const path of [`${txid}-x`, "zz-1", `${txid}-9999999999`, "-1", `${txid}-`]) {
      expect(await ask(`/rest/getutxos/${path}.json`)).toMatchObject(error(500, "Parse error"));
    }
    const many = (count: number) => Array.from({ length: count }, (_, index) => `${txid}-${index}`).join("/");
    expect((await ask(`/rest/getutxos/${many(15)}.json`)).status).toBe(200);
    const tooMany = error(500, "Error: max outpoints exceeded (max: 15, tried: 16)");
    expect(await ask(`/rest/getutxos/${many(16)}.json`)).toMatchObject(tooMany);
    const formats = error(404, "output format not found (available: .bin, .hex, .json)");
    expect(await ask(`/rest/getutxos/${txid}-0`)).toMatchObject(formats);
  });
});

test("other paths, and a chain that is not open yet", async () => {
  for (const path of ["/", "/rest", "/rest/", "/rest/txs/1.json"]) expect((await ask(path)).status).toBe(0);
  const starting = await restSite(() => null)({ target: "/rest/chaininfo.json", method: "GET" } as HttpRequest)?.();
  expect(starting?.status).toBe(503);
  expect(String(starting?.body)).toBe("Service temporarily unavailable: Loading block index...\r\n");
});
