import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { isZero } from "../../protocol/bytes/index.ts";
import type { Peer } from "../peer/peer.ts";

function noteBest(peer: Peer, entry: HeaderEntry): void {
  const { download } = peer;
  if (!download.bestKnown || entry.chainWork >= download.bestKnown.chainWork) download.bestKnown = entry;
}

/** Looks whether the last block that a peer announced has become known. */
export function refreshAvailability(view: ChainView, peer: Peer): void {
  const { download } = peer;
  if (!download.lastUnknown) return;
  const entry = view.entry(download.lastUnknown);
  if (!entry) return;
  download.lastUnknown = null;
  noteBest(peer, entry);
}

/** Takes down that a peer has a block. */
export function noteAvailable(view: ChainView, peer: Peer, hash: Uint8Array): void {
  if (isZero(hash)) return;
  refreshAvailability(view, peer);
  const entry = view.entry(hash);
  if (entry) noteBest(peer, entry);
  else peer.download.lastUnknown = hash.slice();
}
