import { equalBytes } from "../bytes/index.ts";
import type { Payee } from "../fluxnodes/index.ts";
import { isActive, isPonHeight, type NetworkParams } from "../params/index.ts";
import type { TxOutput } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { blockSubsidy, devFundMinimum, tierAmount } from "./subsidy.ts";

/** The next node of a tier that has one: the tier and the script that its share goes to. */
export type TierPayee = Pick<Payee, "tier" | "script">;

/** An output of exactly this value that the coinbase of one height must have. */
export interface SpecialPayment {
  readonly fund: "exchange" | "foundation" | "swappool";
  readonly script: Uint8Array;
  /** Zatoshi. */
  readonly amount: bigint;
}

/** Up to this height a coinbase may pay out any amount (spec block-and-pow.md 6.7). */
const UNLIMITED_THROUGH = 2;

function isSwapPoolHeight(height: number, { swapPool }: NetworkParams): boolean {
  const since = height - swapPool.startHeight;
  return since >= 0 && since % swapPool.interval === 0 && since / swapPool.interval < swapPool.times;
}

/** The one-off and recurring payments that are due at a height, in the order of a template's outputs (spec subsidy-and-payouts.md 4.2). */
export function specialPayments(height: number, params: NetworkParams): SpecialPayment[] {
  const { exchangeFund, foundationFund, swapPool } = params;
  const due: SpecialPayment[] = [];
  // An amount of zero switches the two funds off, but not the swap pool.
  if (height === exchangeFund.height && exchangeFund.amount > 0n)
    due.push({ fund: "exchange", ...payment(exchangeFund) });
  if (height === foundationFund.height && foundationFund.amount > 0n) {
    due.push({ fund: "foundation", ...payment(foundationFund) });
  }
  if (isSwapPoolHeight(height, params)) due.push({ fund: "swappool", ...payment(swapPool) });
  return due;
}

function payment({ script, amount }: { script: Uint8Array; amount: bigint }): { script: Uint8Array; amount: bigint } {
  return { script, amount };
}

/**
 * Payments that a coinbase must make whoever mined the block (spec subsidy-and-payouts.md 4.2). One output may satisfy
 * several of them. The development fund is asked for where the PON upgrade is active, which regtest's is not.
 */
export function checkCoinbasePayments(
  outputs: readonly TxOutput[],
  height: number,
  params: NetworkParams,
  score: number,
): Reject | null {
  // From PON on the development fund gets what the three tiers leave, or more.
  if (isActive(params, "pon", height)) {
    const minimum = devFundMinimum(height, params);
    const funded = outputs.some((out) => out.value >= minimum && equalBytes(out.script, params.devFundScript));
    if (minimum > 0n && !funded) return reject("coinbase.dev-fund", "tx-coinbase-missing-dev-funding", score);
  }

  // At their heights the exchange, the foundation and the swap pool get exactly their amounts.
  for (const { fund, script, amount } of specialPayments(height, params)) {
    const paid = outputs.some((out) => out.value === amount && equalBytes(out.script, script));
    if (!paid) return reject(`coinbase.${fund}-fund`, `tx-coinbase-missing-${fund}-funding`, score);
  }
  return null;
}

/**
 * Fluxnode shares of a coinbase, at heights from the start of payments on (spec subsidy-and-payouts.md 4.1). Order and
 * position of the outputs are free.
 * @param payees one for each tier that has a node, in tier order, by the node list after the parent block.
 */
export function checkPayouts(
  outputs: readonly TxOutput[],
  payees: readonly TierPayee[],
  height: number,
  params: NetworkParams,
): Reject | null {
  const owed = payees.map(({ tier, script }) => ({ script, amount: tierAmount(height, tier, params) }));
  const remainder = owed.reduce((left, { amount }) => left - amount, blockSubsidy(height, params));
  let devFundPaid = !isPonHeight(params, height);

  for (const output of outputs) {
    // Each payee gets an output of exactly the tier's amount; one output satisfies one tier.
    const index = owed.findIndex(({ script, amount }) => amount === output.value && equalBytes(script, output.script));
    if (index >= 0) owed.splice(index, 1);
    // From PON on another output gives the development fund at least what the tiers with a payee leave.
    else if (output.value >= remainder && equalBytes(output.script, params.devFundScript)) devFundPaid = true;
  }
  if (owed.length === 0 && devFundPaid) return null;
  return reject("block.payouts", "bad-txns-not-paying-correct-fluxnodes", 1);
}

/** The most that a coinbase may pay out, in zatoshi; null where it is not limited (spec subsidy-and-payouts.md 4.3). */
export function coinbaseLimit(height: number, fees: bigint, params: NetworkParams): bigint | null {
  if (height <= UNLIMITED_THROUGH) return null;
  return specialPayments(height, params).reduce((sum, due) => sum + due.amount, blockSubsidy(height, params) + fees);
}

/** Total of a coinbase's outputs against {@link coinbaseLimit}. Coinbases have no shielded parts, so this is all they pay. */
export function checkCoinbaseAmount(
  outputs: readonly TxOutput[],
  height: number,
  fees: bigint,
  params: NetworkParams,
): Reject | null {
  const limit = coinbaseLimit(height, fees, params);
  const total = outputs.reduce((sum, output) => sum + output.value, 0n);
  return limit !== null && total > limit ? reject("block.coinbase-amount", "bad-cb-amount", 100) : null;
}

/**
 * Outputs of the coinbase of a new block, as the reference lays them out (spec subsidy-and-payouts.md 4.4): the producer's or
 * from PON on the development fund's with all fees, one for each payee, then the special payments.
 * @param payees as for {@link checkPayouts}; none before the start of payments.
 * @param producerScript where the first output goes before PON.
 */
export function coinbaseOutputs(
  height: number,
  fees: bigint,
  payees: readonly TierPayee[],
  producerScript: Uint8Array,
  params: NetworkParams,
): TxOutput[] {
  const shares = payees.map(({ tier, script }) => ({ script, value: tierAmount(height, tier, params) }));
  const value = shares.reduce((left, share) => left - share.value, blockSubsidy(height, params) + fees);
  const script = isPonHeight(params, height) ? params.devFundScript : producerScript;
  const special = specialPayments(height, params).map((due) => ({ script: due.script, value: due.amount }));
  return [{ script, value }, ...shares, ...special];
}
