import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Amount, RawJson, writeIndentedJson, writeJson } from "../../../../src/server/rpc/index.ts";
import { formatDouble } from "../../../../src/server/rpc/json-writer.ts";

describe("doubles are written like C's %.16g", () => {
  // The right column was printed by glibc.
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [0.1, "0.1"],
    [1 / 3, "0.3333333333333333"],
    [2 / 3, "0.6666666666666666"],
    [1e-6, "1e-06"],
    [0.0001, "0.0001"],
    [0.00001234, "1.234e-05"],
    [1.059479972946569, "1.059479972946569"],
    [0.9374999403952984, "0.9374999403952984"],
    [123456789.125, "123456789.125"],
    [8154621421.122581, "8154621421.122581"],
    [9007199254740992, "9007199254740992"],
    [1e15, "1000000000000000"],
    [1e16, "1e+16"],
    [1.2345678901234567e20, "1.234567890123457e+20"],
    [-2.5, "-2.5"],
    [1e300, "1e+300"],
    [5e-324, "4.940656458412465e-324"],
  ];
  test.each(cases)("%d", (value, text) => expect(formatDouble(value)).toBe(text));

  test("the text names the double to 16 digits, in JSON", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatDouble(value);
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?(e[+-]\d{2,3})?$/);
        expect(Number(text)).toBe(value === 0 ? value : Number(value.toPrecision(16)));
      }),
    );
  });

  test("what is no number is refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => formatDouble(value)).toThrow(RangeError);
  });
});

describe("values", () => {
  test("amounts have 8 decimals, big integers all their digits", () => {
    expect(
      writeJson({
        a: new Amount(1_300_000_000n),
        b: new Amount(-1n),
        c: new Amount(44_000_000_000_000_000n),
        d: 9_007_199_254_740_993n,
        e: -1,
      }),
    ).toBe('{"a":13.00000000,"b":-0.00000001,"c":440000000.00000000,"d":9007199254740993,"e":-1}');
  });

  test("keys keep their order, undefined ones are left out", () => {
    expect(writeJson({ z: 1, a: undefined, m: [null, true, "x"], b: {} })).toBe('{"z":1,"m":[null,true,"x"],"b":{}}');
    expect(writeJson([])).toBe("[]");
    expect(writeJson(["", ""])).toBe('["",""]');
    expect(writeJson({ kept: new RawJson("[1.50]") })).toBe('{"kept":[1.50]}');
  });

  test("control characters, quotes and DEL are escaped, other text is left as it is", () => {
    expect(writeJson('a"\\/\b\t\n\f\r\x01\x1f\x7f')).toBe('"a\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\\u007f"');
    expect(writeJson("Müller ☃ 😀")).toBe('"Müller ☃ 😀"');
  });

  const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<never>;
  test("anything else that JSON can hold comes back from a parser", () => {
    const rounded = (text: string) =>
      JSON.parse(text, (_key, value) => (typeof value === "number" ? Number(value.toPrecision(16)) : value));
    fc.assert(
      fc.property(json, (value) => {
        const expected = rounded(JSON.stringify(value));
        expect(rounded(writeJson(value))).toEqual(expected);
        expect(rounded(writeIndentedJson(value))).toEqual(expected);
      }),
    );
  });

  test("the form for people has one value on a line", () => {
    expect(writeIndentedJson({ a: [1, { b: new Amount(1n) }], c: [], d: {} })).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": 0.00000001\n    }\n  ],\n  "c": [],\n  "d": {}\n}',
    );
    expect(writeIndentedJson(new RawJson('{"a":1.10}'))).toBe('{\n  "a": 1.10\n}');
  });
});
