import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { DecodeError } from "../bytes/index.ts";

/** The 2048 words of a language, in Unicode form NFKD, as BIP-39 demands. */
export type WordList = readonly string[];

export const ENGLISH_WORDS: WordList = wordlist;

const WORD_COUNTS = [12, 15, 18, 21, 24];
const ENTROPY_SIZES = [16, 20, 24, 28, 32];
const LONGEST_MNEMONIC = 2000;
const LONGEST_PASSPHRASE = 4096;

/**
 * The words for 16, 20, 24, 28 or 32 random bytes (BIP-39).
 * @throws RangeError for another number of bytes
 */
export function mnemonicFromEntropy(entropy: Uint8Array, words: WordList = ENGLISH_WORDS): string {
  if (!ENTROPY_SIZES.includes(entropy.length)) throw new RangeError("entropy has 16, 20, 24, 28 or 32 bytes");
  return entropyToMnemonic(entropy, words as string[]);
}

/** Single spaces between the words, Unicode form NFKD: what the seed is computed from. */
function normalized(mnemonic: string): string {
  if (mnemonic.length > LONGEST_MNEMONIC) throw new DecodeError("the recovery phrase is too long");
  if (!mnemonic.isWellFormed()) throw new DecodeError("the recovery phrase is not valid Unicode text");
  return mnemonic.normalize("NFKD").trim().split(/\s+/).join(" ");
}

function checkedEntropy(text: string, words: WordList): Uint8Array {
  const given = text === "" ? [] : text.split(" ");
  if (!WORD_COUNTS.includes(given.length)) {
    throw new DecodeError(`a recovery phrase has 12, 15, 18, 21 or 24 words, not ${given.length}`);
  }
  const known = new Set(words);
  const wrong = given.findIndex((word) => !known.has(word));
  // The word itself is not repeated: the message may end up in a log, and the word is part of a secret.
  if (wrong >= 0) throw new DecodeError(`word ${wrong + 1} of the recovery phrase is not in the word list`);
  try {
    return mnemonicToEntropy(text, words as string[]);
  } catch {
    throw new DecodeError("the recovery phrase has a wrong word or the wrong order: its checksum does not match");
  }
}

/**
 * The random bytes behind a recovery phrase of 12, 15, 18, 21 or 24 words. Any white space may stand between and around them.
 * @throws DecodeError saying what is wrong, by the position of a word, never by the word
 */
export function mnemonicEntropy(mnemonic: string, words: WordList = ENGLISH_WORDS): Uint8Array {
  return checkedEntropy(normalized(mnemonic), words);
}

/**
 * Seed of 64 bytes for {@link ExtendedKey.fromSeed}: PBKDF2 with 2048 rounds of HMAC-SHA-512, some milliseconds of work. The phrase is
 * checked first; any passphrase is right and leads to a wallet of its own.
 * @throws DecodeError as {@link mnemonicEntropy}, and for a passphrase above 4096 characters or that is no Unicode text
 */
export function mnemonicSeed(mnemonic: string, passphrase = "", words: WordList = ENGLISH_WORDS): Uint8Array {
  const text = normalized(mnemonic);
  checkedEntropy(text, words);
  if (passphrase.length > LONGEST_PASSPHRASE) throw new DecodeError("the passphrase is too long");
  if (!passphrase.isWellFormed()) throw new DecodeError("the passphrase is not valid Unicode text");
  return mnemonicToSeedSync(text, passphrase);
}
