import type { AddressPrefixes } from "../../../protocol/primitives/index.ts";

/** Texts kept of each network: a few megabytes. */
const CAPACITY = 10_000;

/** Texts with addresses that were made before; several networks may live in one process. */
export class NetworkTexts {
  private readonly networks = new WeakMap<AddressPrefixes, Map<string, string>>();

  get(prefixes: AddressPrefixes, key: string): string | undefined {
    return this.networks.get(prefixes)?.get(key);
  }

  /** Keeps a text, and lets go of the one that came first when there are too many. */
  add(prefixes: AddressPrefixes, key: string, text: string): string {
    let texts = this.networks.get(prefixes);
    if (!texts) {
      texts = new Map();
      this.networks.set(prefixes, texts);
    }
    if (texts.size >= CAPACITY) texts.delete(texts.keys().next().value as string);
    texts.set(key, text);
    return text;
  }
}
