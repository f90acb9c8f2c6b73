import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseJson } from "../../../../src/server/rpc/index.ts";
import { isJsonObject, JsonNumber, member } from "../../../../src/server/rpc/json-reader.ts";
import { asInt, asInt64, lenientHash } from "../../../../src/server/rpc/values.ts";

const error = (message: string) => expect.objectContaining({ code: -1, message });

describe("numbers of a request", () => {
  test("keep their text where a double would change it", () => {
    const parsed = parseJson('{"a":[1,-5,1.0,1e3,0.10,12345678901234567890,440000000.12345678],"b":"1.5"}');
    expect(parsed).toEqual({
      a: [
        1,
        -5,
        new JsonNumber("1.0"),
        new JsonNumber("1e3"),
        new JsonNumber("0.10"),
        new JsonNumber("12345678901234567890"),
        new JsonNumber("440000000.12345678"),
      ],
      b: "1.5",
    });
  });

  test("every 64-bit integer is read exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (value) => {
        expect(asInt64(parseJson(`[${value}]`)?.[0 as never] as never)).toBe(value);
      }),
    );
  });

  test("keep it wherever they stand, however the text is laid out", () => {
    const unusual = fc.constantFrom("1.5", "-0.10", "1e3", "-2E-7", "0.0", "1234567890123456", "-98765432109876543210");
    const plain = fc.constantFrom("0", "-7", "123456789012345");
    const number = fc.oneof(unusual, plain);
    const blanks = fc.constantFrom("", " ", "\n", "\t ", "\r\n");
    const { array } = fc.letrec<{ value: string; array: string }>((tie) => ({
      value: fc.oneof({ withCrossShrink: true }, number, fc.constant('"12e4 [1.5"'), tie("array")),
      array: fc
        .tuple(fc.array(tie("value"), { maxLength: 4 }), fc.boolean(), blanks, blanks)
        .map(([items, object, before, after]) => {
          const members = items.map((item, i) => `${object ? `"k${i}":` : ""}${before}${item}${after}`);
          return object ? `{${members.join(",")}}` : `[${members.join(",")}]`;
        }),
    }));
    const numbersIn = (value: unknown): string[] => {
      if (typeof value === "number") return [String(value)];
      if (value instanceof JsonNumber) return [value.text];
      return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
    };
    fc.assert(
      fc.property(fc.oneof(number, array), blanks, (text, blank) => {
        const written = text.replace(/"[^"]*"/g, "").match(/-?\d[\d.eE-]*/g) ?? [];
        expect(numbersIn(parseJson(blank + text))).toEqual([...written]);
      }),
    );
  });

  test("what does not fit is out of range, even a whole number written with a fraction", () => {
    for (const text of ["1.0", "1e2", "9223372036854775808", "-9223372036854775809"]) {
      const [value] = parseJson(`[${text}]`) as [JsonNumber];
      expect(() => asInt64(value)).toThrow(error("JSON integer out of range"));
    }
    for (const value of [2147483648, -2147483649, 1.5]) {
      expect(() => asInt(value)).toThrow(error("JSON integer out of range"));
    }
    expect(asInt(2147483647)).toBe(2147483647);
    expect(asInt(-2147483648)).toBe(-2147483648);
    expect(() => asInt("1")).toThrow(error("JSON value is not an integer as expected"));
    expect(() => asInt(true)).toThrow(error("JSON value is not an integer as expected"));
  });

  test("bad JSON is refused", () => {
    for (const text of ["", "{", "{'a':1}", "[1,]", "nul", "1 2", "[01]", '"\n"']) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
  });
});

test("only an object's own keys are members", () => {
  const object = parseJson('{"a":1,"__proto__":{"b":2}}');
  if (!isJsonObject(object)) throw new Error("not an object");
  expect(member(object, "a")).toBe(1);
  expect(member(object, "b")).toBeNull();
  expect(member(object, "toString")).toBeNull();
});

describe("hashes are read leniently", () => {
  const last = (text: string) => Buffer.from(lenientHash(text)).reverse().toString("hex");
  test("short, with prefix, with something behind, too long", () => {
    expect(last("")).toBe("0".repeat(64));
    expect(last("1")).toBe("1".padStart(64, "0"));
    expect(last(" \t0xABC")).toBe("abc".padStart(64, "0"));
    expect(last("12xyz34")).toBe("12".padStart(64, "0"));
    expect(last(`ff${"12".repeat(32)}`)).toBe("12".repeat(32));
  });
});
