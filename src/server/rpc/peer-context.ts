/** One connected peer as `getpeerinfo` tells of it. Times in Unix seconds, 0 for never. */
export interface RpcPeer {
  readonly id: number;
  /** What the operator called it, or its address with port. */
  readonly name: string;
  /** This node's address as the peer sees it; null when it did not say. */
  readonly localAddress: string | null;
  readonly services: bigint;
  readonly addressesProcessed: number;
  readonly addressesLimited: number;
  readonly lastSent: number;
  readonly lastReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly connectedAt: number;
  readonly timeOffset: number;
  /** Seconds that the last ping took; 0 before the first. */
  readonly pingSeconds: number;
  /** Seconds that a ping has been waiting for its answer; 0 for none. */
  readonly pingWaitSeconds: number;
  readonly version: number;
  readonly userAgent: string;
  readonly inbound: boolean;
  readonly startHeight: number;
  readonly score: number;
  /** Heights of the last header and block that both have; -1 when not known. */
  readonly syncedHeaders: number;
  readonly syncedBlocks: number;
  /** Heights of the blocks that it was asked for. */
  readonly inFlight: readonly number[];
}

/** An address of a peer that the operator added. */
export interface RpcAddedAddress {
  readonly address: string;
  /** How it is connected; null when it is not. */
  readonly connected: "inbound" | "outbound" | null;
}

export interface RpcBan {
  /** With its mask. */
  readonly address: string;
  /** Unix seconds. */
  readonly until: number;
}

/** The peers as the network methods see and change them. Names are as the operator writes them. */
export interface RpcPeers {
  list(): readonly RpcPeer[];
  /** Bytes since the start. */
  totals(): { readonly received: number; readonly sent: number };
  /** Asks every peer for a sign of life. */
  ping(): void;
  /** Names of the added peers. */
  added(): readonly string[];
  /** Returns false if it was added before. */
  add(name: string): boolean;
  /** Returns false if it was not added. */
  remove(name: string): boolean;
  /** Connects once; returns at once. */
  tryOnce(name: string): void;
  /** Addresses behind a name; none if it cannot be found. */
  addresses(name: string): Promise<readonly RpcAddedAddress[]>;
  /** Returns false if no such peer is connected. */
  disconnect(name: string): boolean;
  bans(): readonly RpcBan[];
  /** @param until Unix seconds; null for the usual time from now on */
  ban(subnet: string, until: number | null): "done" | "banned already" | "no subnet";
  unban(subnet: string): "done" | "not banned" | "no subnet";
  clearBans(): void;
}

/** Nobody: offline use of the methods. */
export const NO_PEERS: RpcPeers = {
  list: () => [],
  totals: () => ({ received: 0, sent: 0 }),
  ping: () => {},
  added: () => [],
  add: () => true,
  remove: () => false,
  tryOnce: () => {},
  addresses: async () => [],
  disconnect: () => false,
  bans: () => [],
  ban: () => "done",
  unban: () => "not banned",
  clearBans: () => {},
};
