import { BloomFilter } from "../../protocol/filters/index.ts";
import { MAX_ELEMENT_SIZE } from "../../protocol/script/index.ts";
import { type FilterLoad, ProtocolViolation } from "../messages/index.ts";
import type { Peer } from "../peer/peer.ts";
import { NO_BLOOM_VERSION, Service } from "../protocol-version.ts";

function requireService(peer: Peer, services: bigint): boolean {
  if ((services & Service.bloom) !== 0n) return true;
  if (peer.version >= NO_BLOOM_VERSION) throw new ProtocolViolation("filters are not offered", 100);
  return false;
}

/** A `filterload` message (spec p2p.md 3.12). @param services those that this node offers */
export function onFilterLoad(peer: Peer, { data, hashFunctions, tweak, flags }: FilterLoad, services: bigint): void {
  if (!requireService(peer, services)) return;
  if (!BloomFilter.fits(data, hashFunctions)) throw new ProtocolViolation("filter too large", 100);
  peer.filter = new BloomFilter(data.slice(), hashFunctions, tweak, flags);
  peer.wantsTransactions = true;
}

/** A `filteradd` message. */
export function onFilterAdd(peer: Peer, element: Uint8Array, services: bigint): void {
  if (!requireService(peer, services)) return;
  if (element.length > MAX_ELEMENT_SIZE) throw new ProtocolViolation("filter element too large", 100);
  // In the reference a peer without a filter has one that matches everything already.
  peer.filter?.insert(element);
}

/** A `filterclear` message. */
export function onFilterClear(peer: Peer): void {
  peer.filter = null;
  peer.wantsTransactions = true;
}
