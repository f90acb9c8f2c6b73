import type { OutPoint } from "./outpoint.ts";

/** An unspent output with what later rules ask of it. */
export interface Coin {
  /** Zatoshi. */
  readonly value: bigint;
  readonly script: Uint8Array;
  /** Height of the block that created it. */
  readonly height: number;
  readonly coinbase: boolean;
}

/** The coin set as rules see it. */
export interface CoinView {
  /** The coin, or undefined if it is spent or never existed. */
  coin(outpoint: OutPoint): Coin | undefined;
  /** True while at least one output of the transaction is unspent. */
  hasTransaction(txid: Uint8Array): boolean;
}
