import { ScriptFlag } from "./flags.ts";
import { evalScript } from "./interpreter.ts";
import type { ScriptError } from "./script-error.ts";
import { isPayToScriptHash, isPushOnly } from "./script-forms.ts";
import { castToBool } from "./script-machine.ts";
import type { SignatureChecker } from "./signature-checker.ts";

function endsTrue(stack: readonly Uint8Array[]): boolean {
  const top = stack[stack.length - 1];
  return top !== undefined && castToBool(top);
}

/**
 * Runs an input's script and then the script of the output that it spends (spec transactions.md section 7).
 * @param flags bits of `ScriptFlag`
 * @returns null when the input may spend the output, else why not
 */
export function verifyScript(
  scriptSig: Uint8Array,
  scriptPubKey: Uint8Array,
  flags: number,
  checker: SignatureChecker,
): ScriptError | null {
  if ((flags & ScriptFlag.SIGPUSHONLY) !== 0 && !isPushOnly(scriptSig)) return "SIG_PUSHONLY";
  let stack: Uint8Array[] = [];
  let error = evalScript(stack, scriptSig, flags, checker);
  if (error) return error;
  const p2sh = (flags & ScriptFlag.P2SH) !== 0 && isPayToScriptHash(scriptPubKey);
  const pushed = p2sh ? stack.slice() : stack;
  error = evalScript(stack, scriptPubKey, flags, checker);
  if (error) return error;
  if (!endsTrue(stack)) return "EVAL_FALSE";
  if (p2sh) {
    if (!isPushOnly(scriptSig)) return "SIG_PUSHONLY";
    stack = pushed;
    error = evalScript(stack, stack.pop() as Uint8Array, flags, checker);
    if (error) return error;
    if (!endsTrue(stack)) return "EVAL_FALSE";
  }
  return (flags & ScriptFlag.CLEANSTACK) !== 0 && stack.length !== 1 ? "CLEANSTACK" : null;
}
