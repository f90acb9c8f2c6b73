import { bytesKey } from "../../../protocol/bytes/index.ts";
import { type AddressPrefixes, type Destination, encodeAddress } from "../../../protocol/primitives/index.ts";
import { NetworkTexts } from "./network-texts.ts";

const texts = new NetworkTexts();

/** The text of an address. Few addresses make up most of a chain, and a text costs two hashes, so they are kept for a while. */
export function addressText({ kind, hash }: Destination, prefixes: AddressPrefixes): string {
  const key = (kind === "pubkeyhash" ? "k" : "s") + bytesKey(hash);
  return texts.get(prefixes, key) ?? texts.add(prefixes, key, encodeAddress({ kind, hash }, prefixes));
}
