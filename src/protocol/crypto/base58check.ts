import { base58 } from "@scure/base";
import { sha256d } from "./sha256.ts";

const CHECKSUM_SIZE = 4;

/** Longer than any address or key of this network; decoding takes time in the square of the length. */
const DEFAULT_MAX_LENGTH = 256;

/** Base58 text of the bytes. */
export function base58Encode(bytes: Uint8Array): string {
  return base58.encode(bytes);
}

/** The bytes of a Base58 text; null for a foreign character (spaces too) or more than `maxLength` characters. */
export function base58Decode(text: string, maxLength = DEFAULT_MAX_LENGTH): Uint8Array | null {
  if (text.length > maxLength) return null;
  try {
    return base58.decode(text);
  } catch {
    return null;
  }
}

/** Base58 text of the bytes followed by the first four bytes of their SHA-256d. */
export function base58checkEncode(bytes: Uint8Array): string {
  const checked = new Uint8Array(bytes.length + CHECKSUM_SIZE);
  checked.set(bytes);
  checked.set(sha256d(bytes).subarray(0, CHECKSUM_SIZE), bytes.length);
  return base58.encode(checked);
}

/** The bytes of a Base58Check text, checksum removed; null if it is no Base58, too long, or the checksum is wrong. */
export function base58checkDecode(text: string, maxLength = DEFAULT_MAX_LENGTH): Uint8Array | null {
  const checked = base58Decode(text, maxLength);
  if (!checked || checked.length < CHECKSUM_SIZE) return null;
  const bytes = checked.slice(0, -CHECKSUM_SIZE);
  const checksum = sha256d(bytes);
  return checked.subarray(-CHECKSUM_SIZE).every((byte, i) => byte === checksum[i]) ? bytes : null;
}
