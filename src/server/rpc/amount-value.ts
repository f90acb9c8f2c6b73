import { isMoneyRange } from "../../protocol/primitives/index.ts";
import { type JsonInput, JsonNumber } from "./json-reader.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const DECIMALS = 8;
/** Sizes beyond which the reference's fixed-point reader gives up. */
const LARGEST = 10n ** 18n - 1n;
const MOST_ZEROS = 17;
const LONGEST = 400;

/** Zatoshi of a decimal number of coins as the reference reads it; null for what it refuses, digits behind the 8th decimal included. */
function fixedPoint(text: string): bigint | null {
  const match = text.length <= LONGEST ? NUMBER.exec(text) : null;
  if (!match) return null;
  const [, sign, units = "", fraction = "", power = "0"] = match;
  const whole = units === "0" ? "" : units;
  const digits = (whole + fraction).replace(/0+$/, "");
  const zeros = whole.length + fraction.length - digits.length;
  const exponent = Number(power) - fraction.length + zeros + DECIMALS;
  if (exponent < 0 || exponent > MOST_ZEROS) return null;
  const amount = BigInt(digits === "" ? "0" : digits) * 10n ** BigInt(exponent);
  if (amount > LARGEST) return null;
  return sign === "-" ? -amount : amount;
}

/**
 * An amount in coins, as a number or as text, in zatoshi.
 * @throws RpcError -3 for anything else and for amounts that cannot be
 */
export function asAmount(value: JsonInput): bigint {
  let text: string;
  if (typeof value === "string") text = value;
  else if (typeof value === "number") text = String(value);
  else if (value instanceof JsonNumber) text = value.text;
  else throw new RpcError(RpcErrorCode.type, "Amount is not a number or string");
  const amount = fixedPoint(text);
  if (amount === null) throw new RpcError(RpcErrorCode.type, "Invalid amount");
  if (!isMoneyRange(amount)) throw new RpcError(RpcErrorCode.type, "Amount out of range");
  return amount;
}
