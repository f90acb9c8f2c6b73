import type { Coin, Transaction } from "../../protocol/primitives/index.ts";
import { type Reject, RejectCode, reject } from "../../protocol/rules/index.ts";
import { checkInput, MANDATORY_FLAGS, type ScriptError, scriptErrorText } from "../../protocol/script/index.ts";

/** An input with what it spends. */
export interface SpendingInput {
  readonly tx: Transaction;
  readonly inputIndex: number;
  readonly coin: Coin;
  /** Of the block that is to hold it. */
  readonly branchId: number;
}

/** The verdict on a failed script. One that only breaks a rule beyond the mandatory ones costs the sender nothing. */
export function scriptReject(input: SpendingInput, error: ScriptError): Reject {
  const text = scriptErrorText(error);
  if (checkInput({ ...input, flags: MANDATORY_FLAGS }) === null) {
    return reject("script.non-mandatory", `non-mandatory-script-verify-flag (${text})`, 0, {
      code: RejectCode.nonstandard,
    });
  }
  return reject("script.mandatory", `mandatory-script-verify-flag-failed (${text})`, 100);
}
