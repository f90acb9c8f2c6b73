import { DecodeError } from "../bytes/index.ts";
import type { NetworkParams } from "../params/index.ts";

/** Added to an index to make it hardened (BIP-32). */
export const HARDENED = 0x8000_0000;

/** An extended key has one byte for its depth. */
const MAX_STEPS = 255;
const PURPOSE_BIP44 = 44;

/** `m`, then steps of decimal digits, hardened ones marked with `'`, `h` or `H`. */
const STEP = /^(0|[1-9]\d{0,9})(['hH]?)$/;
/** "/2147483647'" for every step. */
const MAX_TEXT = 1 + MAX_STEPS * 12;

/**
 * Steps of a path like `m/44'/19167'/0'/0/5`, hardened ones with {@link HARDENED} added; none for `m`.
 * @throws DecodeError for any other text, naming the step
 */
export function parsePath(text: string): number[] {
  if (text.length > MAX_TEXT) throw new DecodeError("the path is too long");
  const [root, ...steps] = text.split("/");
  if (root !== "m") throw new DecodeError('a path starts with "m"');
  if (steps.length > MAX_STEPS) throw new DecodeError(`a path has at most ${MAX_STEPS} steps`);
  return steps.map((step, i) => {
    const [, digits, mark] = STEP.exec(step) ?? [];
    const index = Number(digits);
    if (digits === undefined || index >= HARDENED) {
      throw new DecodeError(`step ${i + 1} of the path is not a number up to 2147483647, with ' if hardened`);
    }
    return mark ? index + HARDENED : index;
  });
}

/** Text of a path, hardened steps marked with `'`. */
export function formatPath(steps: readonly number[]): string {
  return ["m", ...steps.map((step) => (step >= HARDENED ? `${step - HARDENED}'` : String(step)))].join("/");
}

function checkedIndex(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value < HARDENED) return value;
  throw new RangeError(`${name} must be a whole number from 0 to 2147483647`);
}

/**
 * BIP-44 path of an account, m/44'/coin'/account', with the network's coin type (spec chain-params.md section 1).
 * @throws RangeError for an account outside 0 to 2^31 - 1
 */
export function accountPath(params: Pick<NetworkParams, "bip44CoinType">, account: number): number[] {
  const numbers = [PURPOSE_BIP44, checkedIndex(params.bip44CoinType, "coin type"), checkedIndex(account, "account")];
  return numbers.map((number) => number + HARDENED);
}

/**
 * BIP-44 path of an address, m/44'/coin'/account'/change/index; `change` is 1 for what a wallet pays back to itself.
 * @throws RangeError for an account or index outside 0 to 2^31 - 1
 */
export function addressPath(
  params: Pick<NetworkParams, "bip44CoinType">,
  account: number,
  change: 0 | 1,
  index: number,
): number[] {
  return [...accountPath(params, account), checkedIndex(change, "change"), checkedIndex(index, "index")];
}
