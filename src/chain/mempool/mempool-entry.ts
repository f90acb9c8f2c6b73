import { bytesKey } from "../../protocol/bytes/index.ts";
import { type Coin, hasShieldedParts, type Transaction, type TxOutput } from "../../protocol/primitives/index.ts";
import { shieldedValueIn, valueOut } from "../../protocol/rules/index.ts";

/** A transaction in the memory pool with what was known when it came in. */
export interface MempoolEntry {
  readonly tx: Transaction;
  /** `bytesKey` of the txid. */
  readonly key: string;
  /** Serialised size in bytes. */
  readonly size: number;
  /** Zatoshi. */
  readonly fee: bigint;
  /** Unix seconds of arrival. */
  readonly time: number;
  /** Height of the tip at arrival. */
  readonly height: number;
  readonly startingPriority: number;
  /** No input spent an output of the pool at arrival. */
  readonly independent: boolean;
  readonly spendsCoinbase: boolean;
  /** Branch id that its signatures were verified for. */
  readonly branchId: number;
  /** The outputs that its inputs spend, in the order of the inputs. */
  readonly spent: readonly TxOutput[];
}

/** Height of coins that only the pool has. */
export const POOL_HEIGHT = 0x7fffffff;

const MAX_PRIORITY = 1e16;
/** An input costs no priority for this much, and for up to 110 bytes of script: cleaning up coins shall not be punished. */
const FREE_INPUT_BYTES = 41;
const FREE_SCRIPT_BYTES = 110;

/** Size that priorities are divided by. */
export function modifiedSize(tx: Transaction): number {
  let size = tx.raw.length;
  for (const { scriptSig } of tx.inputs) {
    const free = FREE_INPUT_BYTES + Math.min(FREE_SCRIPT_BYTES, scriptSig.length);
    if (size > free) size -= free;
  }
  return size;
}

/**
 * Value of the inputs in zatoshi times their age in blocks, divided by the size. Notes tell neither value nor age, so
 * shielded transactions get the highest priority.
 */
export function inputPriority(tx: Transaction, coins: readonly Coin[], height: number): number {
  if (hasShieldedParts(tx)) return MAX_PRIORITY;
  let total = 0;
  for (const coin of coins) if (coin.height < height) total += Number(coin.value * BigInt(height - coin.height));
  return total / modifiedSize(tx);
}

/** Priority when the tip is at `height`. The distance is taken modulo 2^32 as in the reference, where a reorganisation can make it negative. */
export function priorityAt({ tx, fee, height: arrival, startingPriority }: MempoolEntry, height: number): number {
  const age = (height - arrival) >>> 0;
  return startingPriority + (age * Number(valueOut(tx) + fee)) / modifiedSize(tx);
}

export interface EntryCircumstances {
  /** What the inputs spend. */
  readonly coins: readonly Coin[];
  readonly time: number;
  /** Of the tip. */
  readonly height: number;
  readonly independent: boolean;
  readonly branchId: number;
}

export function makeEntry(
  tx: Transaction,
  { coins, time, height, independent, branchId }: EntryCircumstances,
): MempoolEntry {
  const valueIn = coins.reduce((sum, coin) => sum + coin.value, shieldedValueIn(tx));
  return {
    tx,
    key: bytesKey(tx.txid),
    size: tx.raw.length,
    fee: valueIn - valueOut(tx),
    time,
    height,
    startingPriority: inputPriority(tx, coins, height),
    independent,
    spendsCoinbase: coins.some((coin) => coin.coinbase),
    branchId,
    spent: coins.map(({ value, script }) => ({ value, script })),
  };
}
