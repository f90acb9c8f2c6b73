import type { NodeTable } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Block, Coin, OutPoint, StoredBlock, Transaction, TxOutput } from "../../protocol/primitives/index.ts";
import type { MempoolReader } from "../mempool/index.ts";
import type { HeaderEntry } from "./header-entry.ts";

export type TipStatus = "active" | "valid-fork" | "valid-headers" | "headers-only" | "invalid";

export interface ChainTip {
  readonly entry: HeaderEntry;
  readonly branchLength: number;
  readonly status: TipStatus;
}

/** Unspent outputs of one transaction: index by output number, null where spent or unspendable. */
export interface TransactionCoins {
  readonly version: number;
  readonly height: number;
  readonly coinbase: boolean;
  readonly outputs: readonly (TxOutput | null)[];
}

export interface CoinStatistics {
  readonly height: number;
  readonly bestBlock: Uint8Array;
  readonly transactions: number;
  readonly outputs: number;
  /** Bytes of this program's own coin records. */
  readonly bytes: number;
  /** Wire order; spec rpc.md section 2. */
  readonly hash: Uint8Array;
  readonly totalAmount: bigint;
}

/** Kinds of script that the address index knows: 1 pay-to-public-key-hash, 2 pay-to-script-hash. */
export type AddressKind = 1 | 2;

export interface AddressKey {
  readonly kind: AddressKind;
  readonly hash: Uint8Array;
}

export interface AddressDelta {
  readonly height: number;
  /** Position of the transaction in its block. */
  readonly blockIndex: number;
  readonly txid: Uint8Array;
  /** Input number when spending, else output number. */
  readonly index: number;
  readonly spending: boolean;
  /** Negative when spending. */
  readonly satoshis: bigint;
}

/** Totals of an address in zatoshi. */
export interface AddressBalance {
  readonly balance: bigint;
  /** Sum of all outputs to it. */
  readonly received: bigint;
}

export interface AddressUtxo {
  readonly outpoint: OutPoint;
  readonly script: Uint8Array;
  readonly satoshis: bigint;
  /** 0 for outputs that a reorganisation re-created (rpc.md quirk 8). */
  readonly height: number;
}

/** The input of a block that spent an output. */
export interface Spender {
  readonly txid: Uint8Array;
  readonly inputIndex: number;
  readonly height: number;
}

export interface SpentInfo extends Spender {
  readonly satoshis: bigint;
  /** null for scripts that the address index does not know. */
  readonly address: AddressKey | null;
}

export interface TimestampedBlock {
  readonly hash: Uint8Array;
  /** Block time made strictly increasing along the chain. */
  readonly logicalTime: number;
}

/**
 * What everybody may ask of the chain. Answers belong to one moment: a reader gets this object inside `chain.read(…)`, while no block is being connected.
 * Index methods throw a FluxError with code "INDEX_OFF" when the index is not kept.
 */
export interface ChainReader {
  readonly params: NetworkParams;
  /** Height etc. of the active chain's last block. */
  readonly tip: HeaderEntry;
  /** Header with the most work. */
  readonly bestHeader: HeaderEntry;
  /** True until the tip is recent (spec block-and-pow.md section 7). */
  readonly initialDownload: boolean;
  /** Any known header by hash (wire order). */
  entry(hash: Uint8Array): HeaderEntry | undefined;
  /** Block of the active chain at a height. */
  entryAt(height: number): HeaderEntry | undefined;
  isActive(entry: HeaderEntry): boolean;
  /** Successor on the active chain. */
  next(entry: HeaderEntry): HeaderEntry | undefined;
  /** Every leaf of the tree and the active tip, highest first. */
  tips(): ChainTip[];
  /** Stored bytes of a block; undefined if never received or pruned. */
  rawBlock(entry: HeaderEntry): Uint8Array | undefined;
  block(entry: HeaderEntry): Block | undefined;
  /** The same for looking up parts of it, which is cheaper than decoding all of it. */
  openedBlock(entry: HeaderEntry): StoredBlock | undefined;
  /** Outputs that the block spent, per transaction after the coinbase and per input; undefined if never connected. */
  spentOutputs(entry: HeaderEntry): readonly (readonly Coin[])[] | undefined;
  /** Outputs that the block's transaction at a position (after the coinbase) spent, per input. */
  spentBy(entry: HeaderEntry, position: number): readonly Coin[] | undefined;
  coin(outpoint: OutPoint): Coin | undefined;
  transactionCoins(txid: Uint8Array): TransactionCoins | undefined;
  readonly nodes: NodeTable;
  /** Transactions that wait for a block. */
  readonly mempool: MempoolReader;
  /** bits of the block after the tip (by proof of work, or PON from its height on). */
  nextBits(): number;
  readonly sproutCommitments: number;
  readonly pruned: boolean;
  /** Lowest height whose block bytes are still stored; 0 unless pruned. */
  readonly pruneHeight: number;
  /** Bytes on disk. */
  readonly sizeOnDisk: number;

  readonly indexes: boolean;
  /**
   * Transaction index: transaction with its block, the one of the active chain if there is one, else the one that came last. Without the
   * index only unspent ones are found.
   */
  transaction(
    txid: Uint8Array,
  ): { readonly transaction: Transaction; readonly entry: HeaderEntry; readonly index: number } | undefined;
  addressBalance(address: AddressKey): AddressBalance;
  /** Movements between two heights, both included, in the order of the chain. */
  addressDeltas(address: AddressKey, start?: number, end?: number): AddressDelta[];
  addressUtxos(address: AddressKey): AddressUtxo[];
  /** Who spent an output in a block. */
  spent(outpoint: OutPoint): SpentInfo | undefined;
  /** The same for many outputs, without what they were worth. */
  spenders(outpoints: readonly OutPoint[]): readonly (Spender | undefined)[];
  /** Blocks with logical time in [low, high), ascending; with `activeOnly` those of the active chain. */
  blocksByTime(high: number, low: number, activeOnly: boolean): TimestampedBlock[];
}
