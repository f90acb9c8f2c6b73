import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Coin, Transaction } from "../../protocol/primitives/index.ts";
import { checkInputs, type Reject } from "../../protocol/rules/index.ts";
import { checkInput, MANDATORY_FLAGS, SignatureBatch, STANDARD_FLAGS } from "../../protocol/script/index.ts";
import { type SpendingInput, scriptReject } from "../blocks/script-reject.ts";
import { verifyBatch } from "../blocks/verify-batch.ts";

/**
 * What the spent outputs must allow and the scripts of all inputs: with the standard flags, then with the mandatory ones, lest the
 * former let pass what no block may hold. Plain signatures are verified together on other threads; they pass both at once.
 * @param height of the next block
 */
export async function checkPoolScripts(
  tx: Transaction,
  coins: readonly Coin[],
  height: number,
  branchId: number,
  params: NetworkParams,
): Promise<Reject | null> {
  const broken = checkInputs(tx, coins, height, params);
  if (broken) return broken;
  const inputs = coins.map((coin, inputIndex): SpendingInput => ({ tx, inputIndex, coin, branchId }));
  const batch = new SignatureBatch();
  const batched: SpendingInput[] = [];
  const complete: SpendingInput[] = [];
  let failing: Reject | null = null;
  for (const input of inputs) {
    const error = checkInput({ ...input, flags: STANDARD_FLAGS, batch });
    if (error) {
      failing = scriptReject(input, error);
      break;
    }
    if (batch.size > batched.length) batched.push(input);
    else complete.push(input);
  }
  const invalid = await verifyBatch(batch);
  if (invalid >= 0) {
    // It stands before the input where the others ended.
    const input = batched[invalid] as SpendingInput;
    const error = checkInput({ ...input, flags: STANDARD_FLAGS });
    if (!error) throw new Error("the batch and the interpreter disagree about a signature");
    return scriptReject(input, error);
  }
  if (failing) return failing;
  for (const input of complete) {
    const error = checkInput({ ...input, flags: MANDATORY_FLAGS });
    if (error) return scriptReject(input, error);
  }
  return null;
}
