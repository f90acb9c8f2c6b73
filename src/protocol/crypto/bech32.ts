import { bech32 } from "@scure/base";

/** Bech32 as BIP-173 has it ends at 90 characters, but keys of the Sapling pool are longer (ZIP-32). */
const DEFAULT_MAX_LENGTH = 512;

/** Human-readable prefix and data of a Bech32 text. */
export interface Bech32Text {
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

/**
 * Bech32 text (BIP-173) of the bytes under a prefix, lower case.
 * @throws Error for a prefix that is empty, not lower-case ASCII or makes the text longer than `maxLength`.
 */
export function bech32Encode(prefix: string, bytes: Uint8Array, maxLength = DEFAULT_MAX_LENGTH): string {
  return bech32.encode(prefix, bech32.toWords(bytes), maxLength);
}

/**
 * The prefix and the bytes of a Bech32 text; null if it has mixed case, foreign characters, a wrong checksum, padding that
 * is not zero or a whole character too long, or more than `maxLength` characters.
 */
export function bech32Decode(text: string, maxLength = DEFAULT_MAX_LENGTH): Bech32Text | null {
  if (text.length > maxLength) return null;
  try {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, maxLength);
    return { prefix, bytes: bech32.fromWords(words) };
  } catch {
    return null;
  }
}
