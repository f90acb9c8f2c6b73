import { DecodeError } from "./decode-error.ts";

const HASH_SIZE = 32;
/** Spares an allocation for each hash that is shown. */
const scratch = new Uint8Array(HASH_SIZE);

const HEX_DIGITS = /^(?:[0-9a-f]{2})*$/i;

/** Lower-case hex of the bytes in memory order. */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/**
 * Bytes of a hex string in either case.
 * @throws DecodeError for an odd length or any character that is no hex digit.
 */
export function fromHex(text: string): Uint8Array {
  const bytes = Buffer.from(text, "hex");
  // Buffer stops silently at the first bad digit, so a short result means bad input.
  if (bytes.length * 2 !== text.length) throw new DecodeError("not a hex string");
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** True for an even number of hex digits. */
export function isHex(text: string): boolean {
  return HEX_DIGITS.test(text);
}

/** Hash (wire order) as people see it: hex of the reversed bytes. */
export function toDisplayHash(hash: Uint8Array): string {
  const { length } = hash;
  const reversed = length === HASH_SIZE ? scratch : new Uint8Array(length);
  for (let i = 0; i < length; i++) reversed[length - 1 - i] = hash[i] as number;
  return reversed.toHex();
}

/**
 * Wire-order hash of 64 displayed hex digits.
 * @throws DecodeError unless exactly 64 hex digits.
 */
export function fromDisplayHash(text: string): Uint8Array {
  if (text.length !== 64) throw new DecodeError("a hash has 64 hex digits");
  return fromHex(text).reverse();
}
