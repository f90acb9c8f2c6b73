import type {
  BlockOutcome,
  BlockTemplate,
  ChainReader,
  CoinStatistics,
  KnownWork,
  TransactionPool,
  Work,
} from "../../chain/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Block, OutPoint, Transaction } from "../../protocol/primitives/index.ts";
import type { Reject } from "../../protocol/rules/index.ts";
import type { RpcFluxnode } from "./fluxnode-context.ts";
import type { RpcPeers } from "./peer-context.ts";

export {
  type AddressKey,
  type AddressUtxo,
  type BlockOutcome,
  type BlockTemplate,
  type ChainReader,
  type ChainTip,
  completeBlock,
  type HeaderEntry,
  type KnownWork,
  type MempoolEntry,
  minimumTime,
  priorityAt,
  RebuiltNodes,
  type Refusal,
  refreshedHeader,
  type Spender,
  type SpentInfo,
  Validity,
} from "../../chain/index.ts";

/** The chain as RPC methods use it. */
export interface RpcChain {
  readonly params: NetworkParams;
  /** Height and hash (wire order) of the active chain's last block, known without waiting for the block that is being worked on. */
  readonly height: number;
  readonly tipHash: Uint8Array;
  /** Answers from one moment between blocks: at once while nothing is being done to the chain. */
  read<T>(fn: (reader: ChainReader) => T): T | Promise<T>;
  /** Stores and if possible connects a block that has been decoded successfully before. */
  submitBlock(raw: Uint8Array): Promise<BlockOutcome>;
  /** Marks a known block (hash in wire order) invalid and leaves it and what builds on it. */
  invalidateBlock(hash: Uint8Array): Promise<void>;
  reconsiderBlock(hash: Uint8Array): Promise<void>;
  /**
   * Checks the last `depth` blocks (0: all) at a level from 0 to 4: readable, context-free rules, undo data, disconnecting in memory,
   * connecting again. True if all is well.
   */
  verify(level: number, depth: number): Promise<boolean>;
  /** Unix time by the clock and the peers. */
  readonly adjustedTime: number;
  /** Totals and hash of all unspent outputs; takes a while. */
  coinStatistics(): Promise<CoinStatistics>;
  /** Judges a block on top of the tip without its proof; null if it would be accepted. */
  testBlock(block: Block): Promise<Reject | null>;
  /** A block on top of the tip that only lacks the signatures of emergency keys. */
  emergencyTemplate(): Promise<BlockTemplate>;
  readonly pool: Pick<TransactionPool, "accept" | "prioritise">;
}

/** What this program calls itself in `getinfo`, `getnetworkinfo` and on the peer-to-peer network. */
export interface RpcVersion {
  /** Like 9000650 for 9.0.6. */
  readonly number: number;
  /** Like `/MagicBean:9.0.6/`. */
  readonly userAgent: string;
  readonly protocol: number;
  /** Height at which this version counts as too old. */
  readonly deprecationHeight: number;
}

export interface ReachableNetwork {
  readonly name: "ipv4" | "ipv6" | "onion";
  /** Not to be used for connections. */
  readonly limited: boolean;
  readonly reachable: boolean;
  /** `host:port`, empty for none. */
  readonly proxy: string;
  readonly proxyRandomizeCredentials: boolean;
}

/** The peer-to-peer side as the status methods tell it. */
export interface RpcNetwork {
  connections(): number;
  /** Seconds that the peers' clocks are ahead. */
  timeOffset(): number;
  /** Service bits offered to peers. */
  localServices(): bigint;
  networks(): readonly ReachableNetwork[];
  localAddresses(): readonly { readonly address: string; readonly port: number; readonly score: number }[];
  /** Lowest relay fee in zatoshi per 1000 bytes. */
  relayFee(): bigint;
  /** Offers a transaction of the memory pool to the peers, be it for the first time or again. */
  relay(tx: Transaction): void;
  /** What the operator should know, or empty. */
  warnings(): string;
  readonly peers: RpcPeers;
}

/** The mining side: its state, and work for miners. */
export interface RpcMining {
  /** Of the block template made last; zeros while none was made. */
  readonly lastBlock: { readonly size: number; readonly transactions: number };
  readonly localSolutionsPerSecond: number;
  readonly generating: boolean;
  readonly ponMinter: boolean;
  /** Threads as they were asked for; -1 for all processors. */
  readonly threads: number;
  /** The pool's count of changes at the last template. */
  readonly latestChanges: number;
  /** A template for the next block. */
  currentWork(): Promise<Work>;
  /** Waits until work is old; false when the node stops. */
  waitForNews(known: KnownWork): Promise<boolean>;
  /** Begins or ends to look for blocks by proof of work; -1 threads for all processors. */
  setGenerating(on: boolean, threads: number): Promise<void>;
  /** Makes a block at once; its hash in wire order. */
  generateBlock(): Promise<Uint8Array>;
}

/** A fluxnode of this controller. */
export interface ListedFluxnode {
  readonly alias: string;
  /** host:port; shown only. */
  readonly address: string;
  /** The node key in WIF form: a secret. */
  readonly privateKey: string;
  readonly collateral: OutPoint;
}

/** Everything that the RPC methods work with. */
export interface RpcContext {
  readonly chain: RpcChain;
  readonly clock: Clock;
  readonly version: RpcVersion;
  readonly network: RpcNetwork;
  readonly mining: RpcMining;
  /** Null for a machine that is no fluxnode. */
  readonly fluxnode: RpcFluxnode | null;
  /** The controller's node list as it was when the node started. */
  readonly nodeList: readonly ListedFluxnode[];
  /** True where others look after the keys: they are not searched for in the chain then. */
  readonly keepsKeysApart: boolean;
  /** Asks the node to shut down; returns at once. */
  stop(): void;
  /** Told of errors that no caller can have caused. */
  reportInternalError?(method: string, error: unknown): void;
}
