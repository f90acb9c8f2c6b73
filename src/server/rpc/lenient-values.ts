import { fromHex } from "../../protocol/bytes/index.ts";
import { effectiveKeyLength } from "../../protocol/primitives/index.ts";

const NOTHING: Uint8Array = new Uint8Array(0);
const MIN_INT32 = -0x80000000;
const MAX_INT32 = 0x7fffffff;

/** Hex as some commands of the reference read it: pairs of digits, blanks between them skipped, up to the first other character. */
export function lenientHex(text: string): Uint8Array {
  const [digits = ""] = /^(?:\s*[0-9a-f]{2})*/i.exec(text) ?? [];
  return fromHex(digits.replace(/\s+/g, ""));
}

/** A public key of such hex; empty unless its length is the one that its first byte promises. Whether it is on the curve is not asked. */
export function lenientPublicKey(text: string): Uint8Array {
  const key = lenientHex(text);
  return key.length > 0 && effectiveKeyLength(key[0]) === key.length ? key : NOTHING;
}

/** A number as C++'s stoi takes it: after white space and a sign as many digits as there are; null for none or too many. */
export function leadingInt(text: string): number | null {
  const match = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text);
  const value = match ? Number(match[1]) : Number.NaN;
  return value >= MIN_INT32 && value <= MAX_INT32 ? value : null;
}
