import type { AddressKey, ChainReader } from "./context.ts";
import { isJsonObject, type JsonInput, member } from "./json-reader.ts";
import type { RpcArguments } from "./rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import { addressKeyOf } from "./shapes/address-key.ts";
import { asBoolean, asInt, asString } from "./values.ts";

function invalidAddress(): RpcError {
  return new RpcError(RpcErrorCode.invalidAddressOrKey, "Invalid address");
}

function addressTexts(value: JsonInput): readonly string[] {
  if (typeof value === "string") return [value];
  if (!isJsonObject(value)) throw invalidAddress();
  const addresses = member(value, "addresses");
  if (!Array.isArray(addresses)) {
    throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Addresses is expected to be an array");
  }
  return (addresses as readonly JsonInput[]).map(asString);
}

/** The addresses of an address index call: one text, or `{"addresses": […]}`. @throws RpcError -5 */
export function addressKeys(args: RpcArguments, reader: ChainReader): AddressKey[] {
  return addressTexts(args.value(0)).map((text) => {
    const key = addressKeyOf(text, reader.params);
    if (!key) throw invalidAddress();
    return key;
  });
}

/** A flag inside the object form of the first parameter; false where it is not given. */
export function addressOption(args: RpcArguments, name: string): boolean {
  const first = args.value(0);
  const value = isJsonObject(first) ? member(first, name) : null;
  return value !== null && asBoolean(value);
}

/** Heights, both included. */
export interface HeightRange {
  readonly start: number;
  readonly end: number;
}

function givenRange(first: JsonInput): HeightRange | null {
  if (!isJsonObject(first)) return null;
  const startValue = member(first, "start");
  const endValue = member(first, "end");
  // One without the other is ignored.
  if (startValue === null || endValue === null) return null;
  const range = { start: asInt(startValue), end: asInt(endValue) };
  if (range.start <= 0 || range.end <= 0) {
    throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Start and end are expected to be greater than zero");
  }
  if (range.end < range.start) {
    throw new RpcError(RpcErrorCode.invalidAddressOrKey, "End value is expected to be greater than start");
  }
  return range;
}

/** The heights of the object form's `start` and `end`; null for the whole chain. @throws RpcError -5 */
export function heightRange(args: RpcArguments, reader: ChainReader): HeightRange | null {
  const range = givenRange(args.value(0));
  if (range && Math.max(range.start, range.end) > reader.tip.height) {
    throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Start or end is outside chain range");
  }
  return range;
}
