import type { OutPoint } from "../../protocol/primitives/index.ts";
import type { AddressKey } from "../state/chain-reader.ts";
import type { MempoolEntry } from "./mempool-entry.ts";
import type { PoolSpender } from "./pool-links.ts";

/** Why a transaction left the pool. */
export type RemovalReason =
  /** A block holds it. */
  | "mined"
  /** A block spends what it spends, or has a fluxnode transaction for the same collateral. */
  | "conflict"
  | "expired"
  /** The pool was full. */
  | "evicted"
  /** A newer fluxnode transaction for the same collateral came. */
  | "replaced"
  /** A fluxnode transaction that waited too long. */
  | "outdated"
  /** It depends on what a reorganisation took away. */
  | "reorganisation"
  /** Its signatures are for another branch id than the next block's. */
  | "branch"
  /** Somebody asked for it. */
  | "requested";

export type MempoolChange =
  | { readonly kind: "added"; readonly entry: MempoolEntry }
  | { readonly kind: "removed"; readonly entry: MempoolEntry; readonly reason: RemovalReason };

/** What an operator adds to a transaction's rating. */
export interface FeeDelta {
  readonly priority: number;
  /** Zatoshi. */
  readonly fee: bigint;
}

/** What everybody may ask of the memory pool, at any time. */
export interface MempoolReader {
  /** Number of transactions. */
  readonly size: number;
  /** Sum of their serialised sizes. */
  readonly bytes: number;
  /** Memory in bytes that the reference would need for them. */
  readonly usage: number;
  /** Grows with every change of the pool or the chain: what waits for new work compares it. */
  readonly changes: number;
  has(txid: Uint8Array): boolean;
  get(txid: Uint8Array): MempoolEntry | undefined;
  /** All entries in the order of their txids' bytes. */
  entries(): MempoolEntry[];
  /** Entries whose outputs an entry spends. */
  dependencies(entry: MempoolEntry): MempoolEntry[];
  /** Entries that spend outputs of an entry. */
  dependants(entry: MempoolEntry): MempoolEntry[];
  /** Who spends an output. */
  spender(outpoint: OutPoint): PoolSpender | undefined;
  /** The transaction that starts or confirms the fluxnode of a collateral. */
  ofCollateral(collateral: OutPoint): MempoolEntry | undefined;
  /** Entries that pay to or from an address, in any order; none on a chain without indexes. */
  ofAddress(address: AddressKey): MempoolEntry[];
  /** Zeros for a transaction that nobody prioritised. */
  delta(txid: Uint8Array): FeeDelta;
  /** Zatoshi per 1000 bytes for a block within `blocks` (1 to 25); null without enough data. */
  estimateFee(blocks: number): bigint | null;
  /** Priority for a free transaction; null without enough data. */
  estimatePriority(blocks: number): number | null;
}
