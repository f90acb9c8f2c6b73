import type { Chain } from "../chain/index.ts";
import type { NetworkAddress } from "../platform/config/index.ts";
import type { Clock, Log } from "../platform/index.ts";
import type { Transport } from "./connections/transport.ts";
import type { PeerStore } from "./peer-store.ts";
import type { RelayPool } from "./relay/relay-pool.ts";

export interface PeerNetworkOptions {
  readonly chain: Chain;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: PeerStore;
  readonly userAgent: string;
  /** Where to accept peers; null for nowhere. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** If there are any, only these are connected to. */
  readonly connect: readonly NetworkAddress[];
  readonly addNode: readonly NetworkAddress[];
  readonly externalAddresses: readonly NetworkAddress[];
  readonly maxConnections: number;
  /** Transactions without known parents that are kept at most; default: the reference's number. */
  readonly maxOrphans?: number;
  /** The node has all blocks. */
  readonly complete: boolean;
  /** How connections are made; default: TCP. */
  readonly transport?: Transport | undefined;
}
