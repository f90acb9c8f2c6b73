/** A number that a JavaScript number would not hold exactly as it was written: a fraction, an exponent or many digits. */
export class JsonNumber {
  /** As it stood in the request. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a request may hold. `number` is always an integer below 2^53. */
export type JsonInput = null | boolean | string | number | JsonNumber | readonly JsonInput[] | JsonInputObject;

export interface JsonInputObject {
  readonly [key: string]: JsonInput;
}

/** Text that may hold numbers for {@link JsonNumber}: whatever stands where numbers do. Strings may match, too, which only costs time. */
const UNUSUAL_NUMBER = /(?:^|[[,:\s])-?(?:\d+[.eE]|\d{16})/;
const PLAIN_INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  const text = context?.source ?? String(value);
  return PLAIN_INTEGER.test(text) ? value : new JsonNumber(text);
}

/**
 * Parses JSON and keeps the text of numbers that doubles would change, since amounts and 64-bit integers are read from it.
 * @throws SyntaxError for anything that is not JSON
 */
export function parseJson(text: string): JsonInput {
  return UNUSUAL_NUMBER.test(text) ? JSON.parse(text, keepNumberText) : JSON.parse(text);
}

export function isJsonObject(value: JsonInput): value is JsonInputObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** The value of an object's own key; null when it is not there. */
export function member(object: JsonInputObject, key: string): JsonInput {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}
