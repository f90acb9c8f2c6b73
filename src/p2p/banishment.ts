import type { Clock } from "../platform/index.ts";
import { isLocalIp } from "./addresses/net-address.ts";
import { hostSubnet, type Subnet, subnetContains } from "./addresses/subnet.ts";
import { type BanList, DEFAULT_BAN_TIME } from "./ban-list.ts";
import type { Peer } from "./peer/peer.ts";
import type { PeerSet } from "./peer-set.ts";

/** Puts addresses on the list of bans, and ends the connections to them (spec p2p.md section 4). */
export class Banishment {
  private readonly bans: BanList;
  private readonly peers: PeerSet;
  private readonly clock: Clock;

  constructor(bans: BanList, peers: PeerSet, clock: Clock) {
    this.bans = bans;
    this.peers = peers;
    this.clock = clock;
  }

  /** The score of a peer reached the limit. This machine's own addresses are only disconnected. */
  banScored(peer: Peer): void {
    if (isLocalIp(peer.address.ip)) peer.disconnect("banned");
    else this.banNow(peer);
  }

  /** Bans the address of a peer, wherever that is, for the usual time. Other connections from there stay. */
  banNow(peer: Peer): void {
    this.bans.add(hostSubnet(peer.address.ip), this.clock.now() + DEFAULT_BAN_TIME);
    peer.disconnect("banned");
  }

  /** The operator bans addresses: all connections to them end. @param until Unix seconds */
  banSubnet(subnet: Subnet, until: number): void {
    this.bans.add(subnet, until);
    for (const peer of this.peers.all()) if (subnetContains(subnet, peer.address.ip)) peer.disconnect("banned");
  }
}
