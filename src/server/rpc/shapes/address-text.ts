import { bytesKey } from "../../../protocol/bytes/index.ts";
import { type AddressPrefixes, type Destination, encodeAddress } from "../../../protocol/primitives/index.ts";

/** Addresses whose text is kept: about 2 MB. */
const CAPACITY = 10_000;

/** By the prefixes of their network; several networks may live in one process. */
const known = new WeakMap<AddressPrefixes, Map<string, string>>();

/** The text of an address. Few addresses make up most of a chain, and a text costs two hashes, so they are kept for a while. */
export function addressText({ kind, hash }: Destination, prefixes: AddressPrefixes): string {
  let texts = known.get(prefixes);
  if (!texts) {
    texts = new Map();
    known.set(prefixes, texts);
  }
  const key = (kind === "pubkeyhash" ? "k" : "s") + bytesKey(hash);
  let text = texts.get(key);
  if (text === undefined) {
    text = encodeAddress({ kind, hash }, prefixes);
    if (texts.size >= CAPACITY) texts.delete(texts.keys().next().value as string);
    texts.set(key, text);
  }
  return text;
}
