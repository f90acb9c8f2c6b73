import { secureRandomBytes } from "../../platform/index.ts";
import { bytesKey, concatBytes } from "../../protocol/bytes/index.ts";
import { sha256 } from "../../protocol/crypto/index.ts";
import { NEVER, type NetworkParams } from "../../protocol/params/index.ts";
import { addressGroup } from "../addresses/net-address.ts";
import type { Peer } from "../peer/peer.ts";

const PROTECTED_BY_GROUP = 4;
const PROTECTED_BY_PING = 8;

/** Blocks before an upgrade in which peers that do not know it go first (spec p2p.md section 5). */
const UPGRADE_NOTICE = 1728;

const SALT = secureRandomBytes(32);

/** Which inbound peer has to go when there are too many; null if all deserve to stay. */
export function peerToEvict(peers: readonly Peer[], params: NetworkParams, height: number): Peer | null {
  let candidates = unprepared(
    peers.filter((peer) => peer.inbound && !peer.closed),
    params,
    height,
  );
  // Nobody can know which groups these are.
  const ranks = new Map(candidates.map((peer) => [peer, groupRank(peer)]));
  candidates = withoutBest(candidates, PROTECTED_BY_GROUP, (a, b) => compare(ranks.get(a), ranks.get(b)));
  // Being near cannot be faked.
  candidates = withoutBest(candidates, PROTECTED_BY_PING, (a, b) => a.ping.bestMillis - b.ping.bestMillis);
  // Neither can having been here for long.
  candidates = withoutBest(
    candidates,
    Math.floor(candidates.length / 2),
    (a, b) => a.connectedMillis - b.connectedMillis,
  );
  const group = largestGroup(candidates);
  return group.length > 1 ? (group[0] as Peer) : null;
}

/** Peers that do not know an upgrade which is near, or all if there are none such. */
function unprepared(peers: Peer[], params: NetworkParams, height: number): Peer[] {
  const next = params.upgradeTable.find(
    ({ activationHeight }) => activationHeight !== NEVER && activationHeight > height,
  );
  if (!next || height < next.activationHeight - UPGRADE_NOTICE) return peers;
  const old = peers.filter(({ version }) => version < next.protocolVersion);
  return old.length > 0 ? old : peers;
}

function withoutBest(peers: readonly Peer[], count: number, order: (a: Peer, b: Peer) => number): Peer[] {
  return peers.toSorted(order).slice(count);
}

function compare(a: string | undefined = "", b: string | undefined = ""): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function groupRank(peer: Peer): string {
  const group = new Uint8Array(Buffer.from(addressGroup(peer.address.ip), "latin1"));
  return bytesKey(sha256(concatBytes(SALT, group)));
}

/** The peers of the group that most of them belong to, the youngest first; among equal groups the one with the youngest peer. */
function largestGroup(peers: readonly Peer[]): Peer[] {
  const groups = new Map<string, Peer[]>();
  for (const peer of peers.toSorted((a, b) => b.connectedMillis - a.connectedMillis)) {
    const group = addressGroup(peer.address.ip);
    groups.set(group, [...(groups.get(group) ?? []), peer]);
  }
  let largest: Peer[] = [];
  for (const group of groups.values()) if (group.length > largest.length) largest = group;
  return largest;
}
