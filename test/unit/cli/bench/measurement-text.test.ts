import { expect, test } from "bun:test";
import fc from "fast-check";
import { comparedTexts, marginText, measurementText } from "../../../../src/cli/bench/measurement-text.ts";

const GIB = 2 ** 30;

test("numbers with their units", () => {
  expect(measurementText("bytes", 220e9)).toBe("220 GB");
  expect(measurementText("memoryBytes", 7 * GIB)).toBe("7.0 GiB");
  expect(measurementText("bitsPerSecond", 25e6)).toBe("25.0 Mbit/s");
  expect(measurementText("eventsPerSecond", 240)).toBe("240.00/s");
  expect(measurementText("boolean", false)).toBe("no");
  expect(measurementText("bytes", null)).toBe("-");
});

test("what is just below a requirement does not look like it", () => {
  expect(comparedTexts("memoryBytes", 7 * GIB, 6.97 * GIB)).toEqual(["7.00 GiB", "6.97 GiB"]);
  expect(comparedTexts("memoryBytes", 7 * GIB, 6.8 * GIB)).toEqual(["7.0 GiB", "6.8 GiB"]);
  expect(comparedTexts("bytes", 220e9, 219.6e9)).toEqual(["220.0 GB", "219.6 GB"]);
  expect(comparedTexts("bytes", 220e9, 220e9)).toEqual(["220 GB", "220 GB"]);
  expect(comparedTexts("boolean", true, false)).toEqual(["yes", "no"]);
  expect(marginText(6.97 / 7 - 1)).toBe("-0.4 %");
  expect(marginText(-0.1)).toBe("-10 %");
  expect(marginText(0)).toBe("+0 %");
  expect(marginText(3)).toBe("+300 %");
});

test("a margin has the sign of the comparison", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 1e12 }), (required, measured) => {
      expect(marginText(measured / required - 1)).toStartWith(measured >= required ? "+" : "-");
    }),
  );
});
