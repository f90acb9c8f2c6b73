import { isMoneyRange, type JoinSplit, MAX_MONEY, type Transaction } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";

/** Zatoshi that a transaction takes out of the transparent pool: outputs, vpub_old, and a negative value balance. */
export function valueOut(tx: Transaction): bigint {
  let total = tx.valueBalance < 0n ? -tx.valueBalance : 0n;
  for (const output of tx.outputs) total += output.value;
  for (const joinSplit of tx.joinSplits) total += joinSplit.vpubOld;
  return total;
}

/** Zatoshi that shielded parts put into the transparent pool: vpub_new and a positive value balance. */
export function shieldedValueIn(tx: Transaction): bigint {
  let total = tx.valueBalance > 0n ? tx.valueBalance : 0n;
  for (const joinSplit of tx.joinSplits) total += joinSplit.vpubNew;
  return total;
}

function outOfRange(side: "out" | "in"): Reject {
  return reject(
    `tx.total-${side}`,
    side === "out" ? "bad-txns-txouttotal-toolarge" : "bad-txns-txintotal-toolarge",
    100,
  );
}

/** Amounts of a transaction by themselves, in the reference's order (spec transactions.md section 8, "for all"). */
export function checkTransactionValues(tx: Transaction): Reject | null {
  let total = 0n;

  // Every output value and every partial sum is between 0 and MAX_MONEY.
  for (const { value } of tx.outputs) {
    if (value < 0n) return reject("tx.output-negative", "bad-txns-vout-negative", 100);
    if (value > MAX_MONEY) return reject("tx.output-too-large", "bad-txns-vout-toolarge", 100);
    total += value;
    if (!isMoneyRange(total)) return outOfRange("out");
  }

  // A value balance needs a shielded spend or output to come from.
  const hasSapling = tx.shieldedSpends.length > 0 || tx.shieldedOutputs.length > 0;
  if (!hasSapling && tx.valueBalance !== 0n && !tx.fluxnode) {
    return reject("tx.value-balance-without-parts", "bad-txns-valuebalance-nonzero", 100);
  }

  // Its size is at most MAX_MONEY; when negative it counts as an output.
  if (tx.valueBalance > MAX_MONEY || tx.valueBalance < -MAX_MONEY) {
    return reject("tx.value-balance-too-large", "bad-txns-valuebalance-toolarge", 100);
  }
  if (tx.valueBalance <= 0n) {
    total -= tx.valueBalance;
    if (!isMoneyRange(total)) return outOfRange("out");
  }

  for (const joinSplit of tx.joinSplits) {
    const broken = checkJoinSplitValues(joinSplit);
    if (broken) return broken;
    total += joinSplit.vpubOld;
    if (!isMoneyRange(total)) return outOfRange("out");
  }

  return checkShieldedInputTotal(tx);
}

function checkJoinSplitValues({ vpubOld, vpubNew }: JoinSplit): Reject | null {
  // Public values of a JoinSplit are in range and not both there.
  if (vpubOld < 0n) return reject("tx.vpub-old-negative", "bad-txns-vpub_old-negative", 100);
  if (vpubNew < 0n) return reject("tx.vpub-new-negative", "bad-txns-vpub_new-negative", 100);
  if (vpubOld > MAX_MONEY) return reject("tx.vpub-old-too-large", "bad-txns-vpub_old-toolarge", 100);
  if (vpubNew > MAX_MONEY) return reject("tx.vpub-new-too-large", "bad-txns-vpub_new-toolarge", 100);
  if (vpubOld !== 0n && vpubNew !== 0n) return reject("tx.vpubs-both", "bad-txns-vpubs-both-nonzero", 100);
  return null;
}

function checkShieldedInputTotal(tx: Transaction): Reject | null {
  // What shielded parts put into the transparent pool stays in range at every step.
  let total = 0n;
  for (const { vpubNew } of tx.joinSplits) {
    total += vpubNew;
    if (!isMoneyRange(total)) return outOfRange("in");
  }
  if (tx.valueBalance >= 0n && !isMoneyRange(total + tx.valueBalance)) return outOfRange("in");
  return null;
}
