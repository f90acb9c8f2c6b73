import { bytesKey, compareBytes } from "../bytes/index.ts";
import { ScriptFlag } from "./flags.ts";
import { evalScript } from "./interpreter.ts";
import { ScriptBuilder } from "./script-builder.ts";
import { NO_SIGNATURES, type SignatureChecker } from "./signature-checker.ts";
import { classifyScript, type ScriptTemplate } from "./templates.ts";

const EMPTY = new Uint8Array(0);

type Elements = readonly Uint8Array[];

function elementsOf(scriptSig: Uint8Array): Uint8Array[] {
  const stack: Uint8Array[] = [];
  evalScript(stack, scriptSig, ScriptFlag.STRICTENC, NO_SIGNATURES);
  return stack;
}

/** Puts the valid signatures of both sides in the order of their keys and fills up with empty ones. */
function combineMultisig(
  template: ScriptTemplate,
  script: Uint8Array,
  checker: SignatureChecker,
  candidates: Elements,
): Uint8Array[] {
  const distinct = new Map(candidates.filter((c) => c.length > 0).map((c) => [bytesKey(c), c]));
  const signatures = new Map<string, Uint8Array>();
  // Sorted because the first signature that fits a key is kept, and the result must not depend on which side it came from.
  for (const signature of [...distinct.values()].sort(compareBytes)) {
    const key = template.items.find(
      (item) => !signatures.has(bytesKey(item)) && checker.checkSignature(signature, item, script),
    );
    if (key) signatures.set(bytesKey(key), signature);
  }
  const found: Uint8Array[] = [];
  for (const item of template.items) {
    const signature = signatures.get(bytesKey(item));
    if (signature && found.length < template.required) found.push(signature);
  }
  while (found.length < template.required) found.push(EMPTY);
  return [EMPTY, ...found];
}

function combineElements(script: Uint8Array, checker: SignatureChecker, a: Elements, b: Elements): Elements {
  const template = classifyScript(script);
  switch (template.type) {
    case "pubkey":
    case "pubkeyhash":
      return a[0] && a[0].length > 0 ? a : b;
    case "scripthash": {
      const redeemScript = a[a.length - 1];
      if (!redeemScript || redeemScript.length === 0) return b;
      const other = b[b.length - 1];
      if (!other || other.length === 0) return a;
      return [...combineElements(redeemScript, checker, a.slice(0, -1), b.slice(0, -1)), redeemScript];
    }
    case "multisig":
      if (template.matched) return combineMultisig(template, script, checker, [...a, ...b]);
      break;
    default:
      break;
  }
  // Nothing is known about such a script, so the side with more elements is taken for the better one.
  return a.length >= b.length ? a : b;
}

/**
 * Merges two partly signed input scripts for the same output, as signrawtransaction does when several parties sign one after
 * the other.
 * @param script script of the output that is spent
 * @param checker knows the transaction and the input
 */
export function combineSignatures(
  script: Uint8Array,
  checker: SignatureChecker,
  a: Uint8Array,
  b: Uint8Array,
): Uint8Array {
  const builder = new ScriptBuilder();
  for (const element of combineElements(script, checker, elementsOf(a), elementsOf(b))) builder.element(element);
  return builder.finish();
}
