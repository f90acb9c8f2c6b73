import { isCoinbase, type Transaction } from "../primitives/index.ts";
import { LOCKTIME_THRESHOLD } from "../script/index.ts";

const FINAL_SEQUENCE = 0xffffffff;

/**
 * True if the lock time of a transaction does not keep it out of a block at `height` whose reference time is `time` (Unix
 * seconds): the block's own time in consensus, the tip's median time past in the mempool (spec transactions.md section 9).
 */
export function isFinal(tx: Transaction, height: number, time: number): boolean {
  if (tx.lockTime === 0) return true;
  if (tx.lockTime < (tx.lockTime < LOCKTIME_THRESHOLD ? height : time)) return true;
  return tx.inputs.every((input) => input.sequence === FINAL_SEQUENCE);
}

/** True if a block at `height` is too late for a transaction; it may still be in the block of its expiry height. */
export function isExpired(tx: Transaction, height: number): boolean {
  return tx.expiryHeight !== 0 && height >>> 0 > tx.expiryHeight && !isCoinbase(tx);
}
