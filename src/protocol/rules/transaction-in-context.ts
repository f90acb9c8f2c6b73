import { checkFluxnodeActivation } from "../fluxnodes/index.ts";
import { isActive, type NetworkParams } from "../params/index.ts";
import { isCoinbase, SAPLING_GROUP_ID, type Transaction } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { isExpired } from "./finality.ts";
import { checkCoinbasePayments } from "./payouts.ts";

const SAPLING_VERSION = 4;
const MAX_SIZE_BEFORE_ACADIA = 100_000;

export interface TransactionContext {
  /** Points for most failures: 100 for a transaction in a block, 10 for one alone. */
  readonly score: 100 | 10;
  /** The node is still far behind: failures that an outdated peer cannot help cost it nothing. */
  readonly initialDownload: boolean;
}

/**
 * The checks of a transaction at the height of its block, items 1 to 6 of spec transactions.md section 9 in the reference's
 * order. After them come shielded signatures and proofs (item 7) and the state of the node list (item 8); the caller has
 * what these need.
 */
export function checkTransactionInContext(
  tx: Transaction,
  height: number,
  params: NetworkParams,
  context: TransactionContext,
): Reject | null {
  // A coinbase makes the payments that its height demands.
  if (isCoinbase(tx)) {
    const unpaid = checkCoinbasePayments(tx.outputs, height, params, context.score);
    if (unpaid) return unpaid;
  }

  // Before ACADIA there are no overwintered transactions.
  const acadia = isActive(params, "acadia", height);
  if (!acadia && tx.overwintered) {
    return reject("tx.early-overwinter", "tx-overwinter-not-active", context.initialDownload ? 0 : context.score);
  }

  // Fluxnode transactions exist from KAMATA on; their version 6 from P2SHNODES on, and its feature bits from PON on.
  if (tx.fluxnode) return checkFluxnodeActivation(tx, height, params, context.score);

  return (
    (acadia ? checkSaplingForm(tx, height, context) : checkSizeBeforeAcadia(tx)) ?? checkShielding(tx, height, params)
  );
}

function checkSaplingForm(tx: Transaction, height: number, context: TransactionContext): Reject | null {
  // From ACADIA on every common transaction is overwintered, of the Sapling group and of version 4.
  if (tx.version >= SAPLING_VERSION && !tx.overwintered) {
    return reject("tx.overwintered-flag", "tx-overwintered-flag-not-set", context.score);
  }
  if (tx.overwintered && tx.versionGroupId !== SAPLING_GROUP_ID) {
    const score = context.initialDownload ? 0 : context.score;
    return reject("tx.sapling-group", "bad-sapling-tx-version-group-id", score);
  }
  if (tx.overwintered && tx.version < SAPLING_VERSION) {
    return reject("tx.sapling-version-low", "bad-tx-sapling-version-too-low", 100);
  }
  if (tx.overwintered && tx.version > SAPLING_VERSION) {
    return reject("tx.sapling-version-high", "bad-tx-sapling-version-too-high", 100);
  }
  if (!tx.overwintered) return reject("tx.not-overwintered", "tx-sapling-active", context.score);

  // It has not expired. One block late is nobody's fault.
  if (isExpired(tx, height)) {
    return reject("tx.expired", "tx-sapling-expired", isExpired(tx, height - 1) ? context.score : 0);
  }
  return null;
}

function checkSizeBeforeAcadia(tx: Transaction): Reject | null {
  // Before ACADIA a transaction takes at most 100 000 bytes.
  return tx.raw.length > MAX_SIZE_BEFORE_ACADIA ? reject("tx.early-size", "bad-txns-oversize", 100) : null;
}

function checkShielding(tx: Transaction, height: number, params: NetworkParams): Reject | null {
  // From FLUX on transparent inputs and new shielded outputs do not meet in one transaction.
  if (!isActive(params, "flux", height) || tx.inputs.length === 0) return null;
  if (tx.joinSplits.length === 0 && tx.shieldedOutputs.length === 0) return null;
  return reject("tx.shielding", "bad-txns-fluxrebrand-vprivacy-not-empty", 10);
}
