import { expect, test } from "bun:test";
import { join } from "node:path";
import { createRpcHandler, openRpcDocument, RPC_METHODS, writeJson } from "../../../../src/server/rpc/index.ts";
import { fakeContext } from "./fake-context.ts";

interface OpenRpcMethod {
  readonly name: string;
  readonly params: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: { type: string | string[] };
  }[];
  readonly result: object;
}

const document = JSON.parse(writeJson(openRpcDocument(RPC_METHODS, "9.0.6"))) as { methods: OpenRpcMethod[] };

test("every method is described once, with parameters that can be given by position", () => {
  const names = document.methods.map(({ name }) => name);
  expect(names).toEqual(RPC_METHODS.map(({ name }) => name).sort());
  expect(new Set(names).size).toBe(names.length);
  for (const { name, params } of document.methods) {
    const firstOptional = params.findIndex(({ required }) => !required);
    const rest = firstOptional < 0 ? [] : params.slice(firstOptional);
    expect({ name, required: rest.filter(({ required }) => required) }).toEqual({ name, required: [] });
    expect(new Set(params.map((parameter) => parameter.name)).size).toBe(params.length);
    for (const { schema } of params) {
      for (const type of [schema.type].flat())
        expect(["string", "number", "boolean", "array", "object"]).toContain(type);
    }
  }
});

test("a client can ask for it", async () => {
  expect(JSON.parse(writeJson(await createRpcHandler(fakeContext())("rpc.discover", [])))).toEqual(document);
});

test("docs/generated/openrpc.json is up to date; else run: node_modules/.bin/bun scripts/generate-openrpc.ts", async () => {
  const file = Bun.file(join(import.meta.dir, "../../../../docs/generated/openrpc.json"));
  expect(JSON.stringify(await file.json())).toBe(JSON.stringify(document));
});
