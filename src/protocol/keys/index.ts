export { accountPath, addressPath, formatPath, HARDENED, parsePath } from "./derivation-path.ts";
export { ExtendedKey, type ExtendedKeyPrefixes } from "./extended-key.ts";
export { ENGLISH_WORDS, mnemonicEntropy, mnemonicFromEntropy, mnemonicSeed, type WordList } from "./mnemonic.ts";
