import { describe, expect, test } from "bun:test";
import { wordlist as czech } from "@scure/bip39/wordlists/czech.js";
import { wordlist as french } from "@scure/bip39/wordlists/french.js";
import { wordlist as italian } from "@scure/bip39/wordlists/italian.js";
import { wordlist as japanese } from "@scure/bip39/wordlists/japanese.js";
import { wordlist as korean } from "@scure/bip39/wordlists/korean.js";
import { wordlist as portuguese } from "@scure/bip39/wordlists/portuguese.js";
import { wordlist as simplifiedChinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import { wordlist as traditionalChinese } from "@scure/bip39/wordlists/traditional-chinese.js";
import fc from "fast-check";
import { DecodeError, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  ENGLISH_WORDS,
  ExtendedKey,
  mnemonicEntropy,
  mnemonicFromEntropy,
  mnemonicSeed,
  type WordList,
} from "../../../../src/protocol/keys/index.ts";
import { knownNetwork } from "../script/networks.ts";
import { readText, readVectors } from "./vectors.ts";

type Row = [entropy: string, mnemonic: string, seed: string, xprv: string];

const MAIN = knownNetwork("main");
const vectors = readVectors<Record<string, Row[]>>("bip39.json");
const PASSPHRASE = "TREZOR";
const ABANDON = `${"abandon ".repeat(11)}about`;
const nfkdWords = (text: string) => text.normalize("NFKD").split(/\s+/);

/**
 * The words of a language that its vectors use, at the places where English phrases of the same entropy have theirs.
 * For languages whose lists no dependency brings.
 */
function wordsSeenIn(rows: readonly Row[]): WordList {
  const words = Array.from({ length: 2048 }, (_, i) => `#${i}`);
  for (const [entropy, mnemonic] of rows) {
    const places = mnemonicFromEntropy(fromHex(entropy))
      .split(" ")
      .map((word) => ENGLISH_WORDS.indexOf(word));
    for (const [at, word] of nfkdWords(mnemonic).entries()) {
      const place = places[at] as number;
      expect([word, `#${place}`]).toContain(words[place] as string);
      words[place] = word;
    }
  }
  return words;
}

const LISTS: Readonly<Record<string, () => WordList>> = {
  english: () => ENGLISH_WORDS,
  chinese_simplified: () => simplifiedChinese,
  chinese_traditional: () => traditionalChinese,
  czech: () => czech,
  french: () => french,
  italian: () => italian,
  japanese: () => japanese,
  korean: () => korean,
  portuguese: () => portuguese,
  spanish: () => spanish,
  russian: () => wordsSeenIn(vectors.russian as Row[]),
  turkish: () => wordsSeenIn(vectors.turkish as Row[]),
};

test("the English word list", () => {
  expect(ENGLISH_WORDS).toEqual(readText("bip39-english.txt").trimEnd().split("\n"));
  expect(ENGLISH_WORDS.length).toBe(2048);
});

test("there is a word list for every language of the vectors", () => {
  expect(Object.keys(LISTS).sort()).toEqual(Object.keys(vectors).sort());
});

describe.each(Object.keys(vectors))("BIP-39 vectors, %s", (language) => {
  const rows = vectors[language] as Row[];
  const words = (LISTS[language] as () => WordList)();

  test("entropy, words, seed and root key", () => {
    expect(rows.length).toBe(24);
    for (const [entropy, mnemonic, seed, xprv] of rows) {
      expect(nfkdWords(mnemonicFromEntropy(fromHex(entropy), words))).toEqual(nfkdWords(mnemonic));
      expect(toHex(mnemonicEntropy(mnemonic, words))).toBe(entropy);
      const bytes = mnemonicSeed(mnemonic, PASSPHRASE, words);
      expect(toHex(bytes)).toBe(seed);
      expect(ExtendedKey.fromSeed(bytes, MAIN.base58).xprv).toBe(xprv);
    }
  });
});

describe("a recovery phrase", () => {
  test("may have any white space between and around its words", () => {
    const spread = `\n ${ABANDON.replaceAll(" ", "\t\r\n ")} `;
    expect(mnemonicEntropy(spread)).toEqual(new Uint8Array(16));
    expect(mnemonicSeed(spread, PASSPHRASE)).toEqual(mnemonicSeed(ABANDON, PASSPHRASE));
  });

  test("is refused with the reason, and no word of it is told", () => {
    const cases: [phrase: string, message: string][] = [
      ["", "not 0"],
      [`${"abandon ".repeat(10)}about`, "not 11"],
      [`${"abandon ".repeat(12)}about`, "not 13"],
      [`${"abandon ".repeat(26)}about`, "not 27"],
      [ABANDON.replace("about", "xylograph"), "word 12 "],
      [ABANDON.replace("abandon", "Abandon"), "word 1 "],
      ["abandon ".repeat(12), "checksum"],
      ["a".repeat(2001), "too long"],
      [`\ud800 ${"abandon ".repeat(10)}about`, "Unicode"],
    ];
    for (const [phrase, message] of cases) {
      for (const use of [mnemonicEntropy, mnemonicSeed]) {
        expect(() => use(phrase)).toThrow(DecodeError);
        expect(() => use(phrase)).toThrow(message);
        expect(() => use(phrase)).not.toThrow("xylograph");
      }
    }
  });

  test("survives the way to its entropy and back, in every length", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(16, 20, 24, 28, 32).chain((size) => fc.uint8Array({ minLength: size, maxLength: size })),
        (entropy) => {
          const mnemonic = mnemonicFromEntropy(entropy);
          expect(mnemonic.split(" ").length).toBe((entropy.length / 4) * 3);
          expect(mnemonicEntropy(mnemonic)).toEqual(entropy);
        },
      ),
    );
    for (const size of [0, 12, 15, 17, 33, 64]) {
      expect(() => mnemonicFromEntropy(new Uint8Array(size))).toThrow(RangeError);
    }
  });
});

describe("a passphrase", () => {
  test("leads to a wallet of its own, alike for all ways to write it in Unicode", () => {
    expect(mnemonicSeed(ABANDON, "")).toEqual(mnemonicSeed(ABANDON));
    expect(mnemonicSeed(ABANDON, " ")).not.toEqual(mnemonicSeed(ABANDON));
    expect(mnemonicSeed(ABANDON, "caf\u00e9")).toEqual(mnemonicSeed(ABANDON, "cafe\u0301"));
  });

  test("is refused where it is too long or no text", () => {
    expect(() => mnemonicSeed(ABANDON, "x".repeat(4097))).toThrow(DecodeError);
    expect(() => mnemonicSeed(ABANDON, "\udc00")).toThrow(DecodeError);
  });
});
