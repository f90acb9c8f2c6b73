import { describe, expect, test } from "bun:test";
import { Output, toJson } from "../../../src/cli/output.ts";
import { fields, printable, table } from "../../../src/cli/text-layout.ts";

describe("JSON", () => {
  test("integers of any size keep all their digits", () => {
    expect(toJson({ zatoshi: 44_000_000_000_000_001n, list: [1n], none: undefined, nothing: null })).toBe(
      '{\n  "zatoshi": 44000000000000001,\n  "list": [\n    1\n  ],\n  "nothing": null\n}',
    );
  });

  test("a second result is a defect, because stdout could no longer be parsed", () => {
    const output = new Output({ json: true, quiet: true, color: false });
    output.stream("");
    expect(() => output.result({}, () => "")).toThrow();
  });
});

describe("text", () => {
  test("columns are aligned and lines have no trailing blanks", () => {
    expect(
      table(
        ["A", "LONG"],
        [
          ["aaa", "b"],
          ["c", ""],
        ],
      ),
    ).toBe("A    LONG\naaa  b\nc");
    expect(
      fields([
        ["a", "1"],
        ["long", "2"],
      ]),
    ).toBe("a     1\nlong  2");
  });

  test("control characters of strangers do not reach the terminal", () => {
    expect(printable("a\u001b[2J\nb\u009b")).toBe("a\\x1b[2J\\x0ab\\x9b");
    expect(table(["X"], [["\r\u0007"]])).toBe("X\n\\x0d\\x07");
  });
});
