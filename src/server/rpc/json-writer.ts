import { formatAmount } from "../../protocol/primitives/index.ts";
import { isJsonObject, type JsonInput, JsonNumber, parseJson } from "./json-reader.ts";

/** An amount in zatoshi that is written as a number of coins with exactly 8 decimals, e.g. `13.00000000`. */
export class Amount {
  readonly zatoshi: bigint;

  constructor(zatoshi: bigint) {
    this.zatoshi = zatoshi;
  }
}

/** JSON text that is written as it stands: answers kept from an earlier call, and numbers as the caller wrote them. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON object; keys are written in the order of insertion, those that are undefined are left out. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** What an RPC may answer. Numbers are written as the reference writes doubles, so integers above 2^53 are `bigint`. */
export type JsonValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | Amount
  | RawJson
  | readonly JsonValue[]
  | JsonObject;

const SIGNIFICANT_DIGITS = 16;
const MAX_KEY_TEXTS = 1000;
const MAX_KEPT_KEY = 40;
const MAX_DOUBLE_TEXTS = 1000;
/** Text without anything to escape: printable ASCII but quote and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A double with up to 16 significant digits and no trailing zeros, like C's `%.16g` (spec rpc.md: the reference's JSON library). */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("JSON knows only finite numbers");
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits = "", exponentText = "0"] = value.toExponential(SIGNIFICANT_DIGITS - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < SIGNIFICANT_DIGITS) {
    return trimZeros(value.toFixed(SIGNIFICANT_DIGITS - 1 - exponent));
  }
  const magnitude = String(Math.abs(exponent)).padStart(2, "0");
  return `${trimZeros(digits)}e${exponent < 0 ? "-" : "+"}${magnitude}`;
}

function trimZeros(text: string): string {
  if (!text.includes(".")) return text;
  return text.replace(/\.?0+$/, "");
}

function writeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  // The reference escapes DEL as well; JSON.stringify covers everything else in the same way.
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** Keys with their colon; nearly all come from the program itself and are few. */
const keyTexts = new Map<string, string>();

function writeKey(key: string): string {
  let text = keyTexts.get(key);
  if (text === undefined) {
    text = `${writeString(key)}:`;
    if (keyTexts.size < MAX_KEY_TEXTS && key.length <= MAX_KEPT_KEY) keyTexts.set(key, text);
  }
  return text;
}

/** Fractions are few and come again, like the difficulty of many blocks; their text takes long to find. */
const doubleTexts = new Map<number, string>();

function writeDouble(value: number): string {
  let text = doubleTexts.get(value);
  if (text === undefined) {
    text = formatDouble(value);
    if (doubleTexts.size >= MAX_DOUBLE_TEXTS) doubleTexts.clear();
    doubleTexts.set(value, text);
  }
  return text;
}

function writeNumber(value: number): string {
  return Number.isSafeInteger(value) ? `${value}` : writeDouble(value);
}

function writeScalar(value: Exclude<JsonValue, readonly JsonValue[] | JsonObject>): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      return writeNumber(value);
    case "object":
      return value instanceof Amount ? formatAmount(value.zatoshi) : value.text;
    default:
      return `${value}`;
  }
}

function isScalar(value: JsonValue): value is Exclude<JsonValue, readonly JsonValue[] | JsonObject> {
  return typeof value !== "object" || value === null || value instanceof Amount || value instanceof RawJson;
}

/** JSON text without white space. */
export function writeJson(value: JsonValue): string {
  if (isScalar(value)) return writeScalar(value);
  if (Array.isArray(value)) return writeArray(value as readonly JsonValue[]);
  const object = value as JsonObject;
  let text = "{";
  for (const key in object) {
    const member = object[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ",";
    text += writeKey(key) + writeJson(member);
  }
  return `${text}}`;
}

function writeArray(items: readonly JsonValue[]): string {
  let text = "[";
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ",";
    text += writeJson(items[i] as JsonValue);
  }
  return `${text}]`;
}

/** A JSON value from outside as one to write; numbers keep the text they came with. */
export function fromInput(value: JsonInput): JsonValue {
  if (value instanceof JsonNumber) return new RawJson(value.text);
  if (Array.isArray(value)) return (value as readonly JsonInput[]).map(fromInput);
  if (!isJsonObject(value)) return value as null | boolean | string | number;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromInput(item)]));
}

/** JSON text over several lines, indented by `step` blanks: the form in which the command line prints answers. */
export function writeIndentedJson(value: JsonValue, step = 2, level = 0): string {
  if (value instanceof RawJson && /^[[{]/.test(value.text)) {
    return writeIndentedJson(fromInput(parseJson(value.text)), step, level);
  }
  if (isScalar(value)) return writeScalar(value);
  const outer = " ".repeat(step * level);
  const inner = " ".repeat(step * (level + 1));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const lines = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item) => inner + writeIndentedJson(item, step, level + 1))
    : Object.entries(value as JsonObject).flatMap(([key, member]) =>
        member === undefined ? [] : [`${inner}${writeString(key)}: ${writeIndentedJson(member, step, level + 1)}`],
      );
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(",\n")}\n${outer}${close}`;
}
