export { formatAddress, type NetAddress } from "./addresses/net-address.ts";
export { formatSubnet, parseSubnet, type Subnet } from "./addresses/subnet.ts";
export { DEFAULT_BAN_TIME } from "./ban-list.ts";
export { PeerNetwork } from "./network.ts";
export type { PeerNetworkOptions } from "./network-options.ts";
export type { Peer } from "./peer/peer.ts";
export { PEER_MIGRATION, PeerStore } from "./peer-store.ts";
export { PROTOCOL_VERSION } from "./protocol-version.ts";
export { chainPool, type RelayPool } from "./relay/relay-pool.ts";
