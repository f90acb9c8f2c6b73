import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { ancestorAt } from "../../protocol/rules/index.ts";

/** Hashes one step apart before the steps grow. */
const DENSE = 10;

/** Most hashes of a stranger's locator that are looked at. */
const MAX_LOOKED_AT = 1000;

/** The ancestor at a height, found without walking where that is possible. */
export function ancestorOf(view: ChainView, entry: HeaderEntry, height: number): HeaderEntry | undefined {
  if (view.isActive(entry)) return view.entryAt(height);
  if (view.bestHeaderAt(entry.height)?.id === entry.id) return view.bestHeaderAt(height);
  return (ancestorAt(entry, height) as HeaderEntry | null) ?? undefined;
}

/** Hashes that tell a peer where a branch stands: dense near its top, then ever farther apart, genesis last (spec p2p.md section 1). */
export function blockLocator(view: ChainView, top: HeaderEntry): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  let step = 1;
  for (let at: HeaderEntry | undefined = top; at; ) {
    hashes.push(at.hash);
    if (at.height === 0) break;
    at = ancestorOf(view, at, Math.max(0, at.height - step));
    if (hashes.length > DENSE) step *= 2;
  }
  return hashes;
}

/** The last block of the active chain that the owner of a locator has. */
export function locatedBlock(view: ChainView, locator: readonly Uint8Array[]): HeaderEntry {
  const { tip } = view;
  for (const hash of locator.slice(0, MAX_LOOKED_AT)) {
    const entry = view.entry(hash);
    if (!entry) continue;
    if (view.isActive(entry)) return entry;
    if (entry.height > tip.height && ancestorOf(view, entry, tip.height)?.id === tip.id) return tip;
  }
  return view.entryAt(0) as HeaderEntry;
}
