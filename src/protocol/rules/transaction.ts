import { bytesKey } from "../bytes/index.ts";
import { checkFluxnodeTransaction, type NodeKeys } from "../fluxnodes/index.ts";
import type { NetworkParams } from "../params/index.ts";
import {
  isCoinbase,
  isNullOutPoint,
  OVERWINTER_GROUP_ID,
  outPointKey,
  SAPLING_GROUP_ID,
  type Transaction,
  type TxInput,
} from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { checkTransactionValues } from "./transaction-values.ts";

/** Bytes; the limit of blocks too. */
export const MAX_TRANSACTION_SIZE = 2_000_000;

const MIN_OVERWINTER_VERSION = 3;
const EXPIRY_HEIGHT_LIMIT = 500_000_000;
const COINBASE_SCRIPT_SIZE = { min: 2, max: 100 };

/**
 * The checks of a transaction by itself, in the reference's order (spec transactions.md section 8).
 * Groth16 proofs of JoinSplits belong to them, as the last one (`bad-txns-joinsplit-verification-failed`, 100), but take
 * milliseconds each; the chain collects them and verifies them off the main thread. PHGR13 proofs are never verified.
 * @param nodes the node list after the parent block, for the signatures of CONFIRMs and delegates; null leaves these out.
 */
export function checkTransaction(tx: Transaction, params: NetworkParams, nodes: NodeKeys | null): Reject | null {
  return (
    (tx.fluxnode ? checkFluxnodeTransaction(tx, params, nodes) : checkForm(tx)) ??
    checkSize(tx) ??
    checkTransactionValues(tx) ??
    checkDuplicates(tx) ??
    (isCoinbase(tx) ? checkCoinbaseForm(tx) : checkNullInputs(tx))
  );
}

function checkForm(tx: Transaction): Reject | null {
  // Without the overwintered flag the version is at least 1.
  if (!tx.overwintered && tx.version < 1) return reject("tx.version", "bad-txns-version-too-low", 100);

  if (tx.overwintered) {
    // With it the version is at least 3, the group known and the expiry height below the limit.
    if (tx.version < MIN_OVERWINTER_VERSION) {
      return reject("tx.overwinter-version", "bad-tx-overwinter-version-too-low", 100);
    }
    if (tx.versionGroupId !== OVERWINTER_GROUP_ID && tx.versionGroupId !== SAPLING_GROUP_ID) {
      return reject("tx.version-group", "bad-tx-version-group-id", 100);
    }
    if (tx.expiryHeight >= EXPIRY_HEIGHT_LIMIT) {
      return reject("tx.expiry-height", "bad-tx-expiry-height-too-high", 100);
    }
  }

  // Value comes from somewhere and goes somewhere.
  if (tx.inputs.length === 0 && tx.joinSplits.length === 0 && tx.shieldedSpends.length === 0) {
    return reject("tx.no-source", "bad-txns-vin-empty", 10);
  }
  if (tx.outputs.length === 0 && tx.joinSplits.length === 0 && tx.shieldedOutputs.length === 0) {
    return reject("tx.no-sink", "bad-txns-vout-empty", 10);
  }
  return null;
}

function checkSize(tx: Transaction): Reject | null {
  // A transaction takes no more bytes than a block may. Of a fluxnode transaction only signatures can be that long.
  if (tx.raw.length <= MAX_TRANSACTION_SIZE) return null;
  return reject("tx.size", "bad-txns-oversize", 100, { scope: tx.fluxnode ? "copy" : "hash" });
}

function hasDuplicate(keys: readonly string[]): boolean {
  return keys.length > 1 && new Set(keys).size !== keys.length;
}

function checkDuplicates(tx: Transaction): Reject | null {
  // No output is spent twice.
  if (hasDuplicate(tx.inputs.map((input) => outPointKey(input.prevout)))) {
    return reject("tx.duplicate-input", "bad-txns-inputs-duplicate", 100);
  }

  // No note is spent twice, in either pool.
  if (hasDuplicate(tx.joinSplits.flatMap((joinSplit) => joinSplit.nullifiers.map(bytesKey)))) {
    return reject("tx.duplicate-sprout-nullifier", "bad-joinsplits-nullifiers-duplicate", 100);
  }
  if (hasDuplicate(tx.shieldedSpends.map((spend) => bytesKey(spend.nullifier)))) {
    return reject("tx.duplicate-sapling-nullifier", "bad-spend-description-nullifiers-duplicate", 100);
  }
  return null;
}

function checkCoinbaseForm(tx: Transaction): Reject | null {
  // A coinbase has no shielded parts.
  if (tx.joinSplits.length > 0) return reject("coinbase.joinsplits", "bad-cb-has-joinsplits", 100);
  if (tx.shieldedSpends.length > 0) return reject("coinbase.spends", "bad-cb-has-spend-description", 100);
  if (tx.shieldedOutputs.length > 0) return reject("coinbase.outputs", "bad-cb-has-output-description", 100);

  // Its script has 2 to 100 bytes.
  const { length } = (tx.inputs[0] as TxInput).scriptSig;
  if (length < COINBASE_SCRIPT_SIZE.min || length > COINBASE_SCRIPT_SIZE.max) {
    return reject("coinbase.script-size", "bad-cb-length", 100);
  }
  return null;
}

function checkNullInputs(tx: Transaction): Reject | null {
  // Only a coinbase has the null outpoint as input.
  if (!tx.inputs.some((input) => isNullOutPoint(input.prevout))) return null;
  return reject("tx.null-input", "bad-txns-prevout-null", 10);
}
