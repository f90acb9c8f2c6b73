/** Zatoshi per coin. */
export const COIN = 100_000_000n;
const DECIMALS = 8;

/** Upper end of a valid amount in zatoshi (spec chain-params.md, conventions). */
export const MAX_MONEY = 440_000_000n * COIN;

/** True for an amount in zatoshi between 0 and {@link MAX_MONEY}. */
export function isMoneyRange(amount: bigint): boolean {
  return amount >= 0n && amount <= MAX_MONEY;
}

/** An amount as the daemon's text of coins and as a whole number of zatoshi. */
export interface AmountTexts {
  readonly coins: string;
  readonly zatoshi: string;
}

/** Both texts of an amount that many answers show; faster than {@link formatAmount} and the number one by one. */
export function amountTexts(amount: bigint): AmountTexts {
  const zatoshi = amount.toString();
  const { length } = zatoshi;
  // Negative ones and fractions of a coin are rare.
  if (length <= DECIMALS || amount < 0n) return { coins: formatAmount(amount), zatoshi };
  return { coins: `${zatoshi.slice(0, length - DECIMALS)}.${zatoshi.slice(length - DECIMALS)}`, zatoshi };
}

/** Coins with exactly 8 decimals, e.g. `-0.00000001`: the daemon's text form of an amount in zatoshi. */
export function formatAmount(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(DECIMALS + 1, "0");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}
