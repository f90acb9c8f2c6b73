import { fromHex } from "../../protocol/bytes/index.ts";
import { isJsonObject, type JsonInput, type JsonInputObject, JsonNumber } from "./json-reader.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** The daemon's JSON type names, as its error messages give them. */
export type JsonTypeName = "null" | "bool" | "object" | "array" | "string" | "number";

const INTEGER = /^[+-]?\d+$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const MAX_INT32 = 0x7fffffff;

export function jsonTypeName(value: JsonInput): JsonTypeName {
  if (value === null) return "null";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (typeof value === "number" || value instanceof JsonNumber) return "number";
  return Array.isArray(value) ? "array" : "object";
}

/** Type errors inside a command carry the general code, only the checks up front carry -3 (spec rpc.md section 1). */
function wrongType(expected: string): RpcError {
  return new RpcError(RpcErrorCode.misc, `JSON value is not ${expected} as expected`);
}

function outOfRange(): RpcError {
  return new RpcError(RpcErrorCode.misc, "JSON integer out of range");
}

/** @throws RpcError -1 unless it is a string. */
export function asString(value: JsonInput): string {
  if (typeof value !== "string") throw wrongType("a string");
  return value;
}

/** @throws RpcError -1 unless it is true or false. */
export function asBoolean(value: JsonInput): boolean {
  if (typeof value !== "boolean") throw wrongType("a boolean");
  return value;
}

/** Signed 64-bit integer. A fraction or exponent is out of range, even `1.0`: the reference reads the text of the number. */
export function asInt64(value: JsonInput): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "number") throw outOfRange();
  if (!(value instanceof JsonNumber)) throw wrongType("an integer");
  if (!INTEGER.test(value.text)) throw outOfRange();
  const integer = BigInt(value.text);
  if (BigInt.asIntN(64, integer) !== integer) throw outOfRange();
  return integer;
}

/** Signed 32-bit integer. */
export function asInt(value: JsonInput): number {
  const integer = Number(asInt64(value));
  if (integer > MAX_INT32 || integer < -MAX_INT32 - 1) throw outOfRange();
  return integer | 0;
}

/** A finite number with or without fraction. */
export function asReal(value: JsonInput): number {
  if (typeof value !== "number" && !(value instanceof JsonNumber)) throw wrongType("a number");
  const real = typeof value === "number" ? value : Number(value.text);
  if (!Number.isFinite(real)) throw new RpcError(RpcErrorCode.misc, "JSON double out of range");
  return real;
}

export function asArray(value: JsonInput): readonly JsonInput[] {
  if (!Array.isArray(value)) throw wrongType("an array");
  return value as readonly JsonInput[];
}

export function asObject(value: JsonInput): JsonInputObject {
  if (!isJsonObject(value)) throw wrongType("an object");
  return value;
}

/** True for a positive, even number of hex digits. */
export function isHexText(text: string): boolean {
  return HEX.test(text);
}

/**
 * The reference's lenient reading of a hash: blanks and `0x` before it are skipped, the digits end at the first other character,
 * missing ones are zeros and only the last 64 count. Wire order.
 */
export function lenientHash(text: string): Uint8Array {
  const [, digits = ""] = /^[ \t\n\v\f\r]*(?:0x)?([0-9a-f]*)/i.exec(text) ?? [];
  return fromHex(digits.slice(-64).padStart(64, "0")).reverse();
}

function requireHex(value: JsonInput, name: string): string {
  const text = typeof value === "string" ? value : "";
  if (isHexText(text)) return text;
  throw new RpcError(RpcErrorCode.invalidParameter, `${name} must be hexadecimal string (not '${text}')`);
}

/** A hash (wire order) given as hex of any length. @throws RpcError -8 */
export function asHash(value: JsonInput, name: string): Uint8Array {
  return lenientHash(requireHex(value, name));
}

/** Bytes given as hex. @throws RpcError -8 */
export function asHexBytes(value: JsonInput, name: string): Uint8Array {
  return fromHex(requireHex(value, name));
}

/** A Boolean under a key, or the default when the key is absent or null. */
export function optionalBoolean(value: JsonInput, fallback: boolean): boolean {
  return value === null ? fallback : asBoolean(value);
}
