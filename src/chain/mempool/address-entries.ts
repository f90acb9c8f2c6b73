import { bytesKey } from "../../protocol/bytes/index.ts";
import { addressOfScript } from "../indexes/index.ts";
import type { AddressKey } from "../state/chain-reader.ts";
import type { MempoolEntry } from "./mempool-entry.ts";

function keyOf({ kind, hash }: AddressKey): string {
  return String.fromCharCode(kind) + bytesKey(hash);
}

function* addressesOf({ tx, spent }: MempoolEntry): IterableIterator<string> {
  for (const { script } of spent) {
    const address = addressOfScript(script);
    if (address) yield keyOf(address);
  }
  for (const { script } of tx.outputs) {
    const address = addressOfScript(script);
    if (address) yield keyOf(address);
  }
}

/** Which entries of the pool pay to or from an address. */
export class AddressEntries {
  private readonly entries = new Map<string, Set<MempoolEntry>>();

  add(entry: MempoolEntry): void {
    for (const key of addressesOf(entry)) {
      const known = this.entries.get(key);
      if (known) known.add(entry);
      else this.entries.set(key, new Set([entry]));
    }
  }

  remove(entry: MempoolEntry): void {
    for (const key of addressesOf(entry)) {
      const known = this.entries.get(key);
      known?.delete(entry);
      if (known?.size === 0) this.entries.delete(key);
    }
  }

  of(address: AddressKey): Iterable<MempoolEntry> {
    return this.entries.get(keyOf(address)) ?? [];
  }
}
