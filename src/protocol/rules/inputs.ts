import { isActive, type NetworkParams } from "../params/index.ts";
import { type Coin, isMoneyRange, type Transaction } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { shieldedValueIn, valueOut } from "./transaction-values.ts";

/** Blocks between a coinbase and the earliest block that may spend it. */
export const COINBASE_MATURITY = 100;

/**
 * Fee in zatoshi: what goes in minus what comes out, shielded parts included; 0 for fluxnode transactions.
 * @param coins the outputs that the inputs spend, in the order of the inputs.
 */
export function transactionFee(tx: Transaction, coins: readonly Coin[]): bigint {
  return coins.reduce((sum, coin) => sum + coin.value, shieldedValueIn(tx)) - valueOut(tx);
}

/**
 * What the spent outputs must allow, in the reference's order (spec transactions.md section 10). Not for coinbases. That the
 * outputs exist and that anchors and nullifiers are good comes before, scripts come after.
 * @param coins the outputs that the inputs spend, in the order of the inputs.
 * @param height of the block that holds the transaction.
 */
export function checkInputs(
  tx: Transaction,
  coins: readonly Coin[],
  height: number,
  params: NetworkParams,
): Reject | null {
  const coinbaseProtected = params.coinbaseMustBeProtectedBeforeFlux && !isActive(params, "flux", height);
  let total = 0n;
  for (const coin of coins) {
    if (coin.coinbase) {
      // A coinbase output rests for 100 blocks.
      if (height - coin.height < COINBASE_MATURITY) {
        return reject("inputs.immature", "bad-txns-premature-spend-of-coinbase", 0);
      }

      // Where coinbases are protected, they go to shielded addresses only.
      if (coinbaseProtected && tx.outputs.length > 0) {
        return reject("inputs.coinbase-protected", "bad-txns-coinbase-spend-has-transparent-outputs", 0);
      }
    }

    // Every value and every partial sum is between 0 and MAX_MONEY.
    total += coin.value;
    if (!isMoneyRange(coin.value) || !isMoneyRange(total)) return valuesOutOfRange();
  }
  total += shieldedValueIn(tx);
  if (!isMoneyRange(total)) return valuesOutOfRange();

  // No more comes out than goes in. With both in range the fee is in range too.
  if (total < valueOut(tx)) return reject("inputs.below-outputs", "bad-txns-in-belowout", 100);
  return null;
}

function valuesOutOfRange(): Reject {
  return reject("inputs.value-range", "bad-txns-inputvalues-outofrange", 100);
}
