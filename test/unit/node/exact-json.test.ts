import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseExactJson } from "../../../src/node/exact-json.ts";
import { isExactObject, numberOf } from "../../../src/node/index.ts";

test("numbers keep the text they came with", () => {
  const text = '{"value":1.00000000,"big":123456789012345678901234567890,"small":-0,"list":[1e-8,1E+2,0.10]}';
  expect(JSON.stringify(parseExactJson(text))).toBe(text);
});

test("any JSON is written as it was read", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test("kinds of values", () => {
  const value = parseExactJson('{"a":1.5,"b":[],"c":{}}');
  if (!isExactObject(value)) throw new Error("not an object");
  expect(numberOf(value.a)).toBe(1.5);
  expect(numberOf(value.b)).toBeNaN();
  expect([value.a, value.b, value.c, null].map(isExactObject)).toEqual([false, false, true, false]);
});
