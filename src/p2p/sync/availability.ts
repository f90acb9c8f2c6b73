import type { ChainView, HeaderEntry } from "../../chain/index.ts";
import { isZero } from "../../protocol/bytes/index.ts";
import type { Peer } from "../peer/peer.ts";

function noteBest(peer: Peer, entry: HeaderEntry): void {
  const { download } = peer;
  if (!download.bestKnown || entry.chainWork >= download.bestKnown.chainWork) download.bestKnown = entry;
}

/**
 * Far behind, headers are asked from one peer only. Of the others that this node chose it is assumed that they have the best
 * branch as far as they say they have a chain, so that blocks can be asked from all of them (spec p2p.md section 2).
 */
function assumeBranch(view: ChainView, peer: Peer): void {
  const { download, introduction } = peer;
  if (peer.inbound || download.headersStarted || !peer.acknowledged) return;
  const height = Math.min(introduction?.startHeight ?? 0, view.bestHeader.height);
  if (height <= (download.bestKnown?.height ?? 0)) return;
  const entry = view.bestHeaderAt(height);
  if (entry) noteBest(peer, entry);
}

/** Looks whether the last block that a peer announced has become known. */
export function refreshAvailability(view: ChainView, peer: Peer): void {
  const { download } = peer;
  assumeBranch(view, peer);
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
