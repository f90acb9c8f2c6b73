import { concatBytes } from "../bytes/index.ts";
import { ecdsaSign, hash160 } from "../crypto/index.ts";
import type { TransactionFields } from "../primitives/index.ts";
import { STANDARD_FLAGS } from "./flags.ts";
import type { KeySource } from "./key-ring.ts";
import { ScriptBuilder } from "./script-builder.ts";
import type { ScriptError } from "./script-error.ts";
import { signatureHash } from "./sighash.ts";
import type { SighashCache } from "./sighash-cache.ts";
import { SighashType } from "./sighash-type.ts";
import { TransactionSignatureChecker } from "./signature-checker.ts";
import { classifyScript, type ScriptTemplate } from "./templates.ts";
import { verifyScript } from "./verify-script.ts";

const EMPTY = new Uint8Array(0);

export interface SigningRequest {
  readonly tx: TransactionFields;
  readonly inputIndex: number;
  /** The output that the input spends; value in zatoshi. */
  readonly coin: { readonly value: bigint; readonly script: Uint8Array };
  /** Branch id at the height at which the transaction is to be spent. */
  readonly branchId: number;
  readonly keys: KeySource;
  /** ALL by default. */
  readonly hashType?: number;
  /** Shared by the inputs of one transaction: without it a transaction with many inputs is hashed as a whole for each of them. */
  readonly cache?: SighashCache | undefined;
}

export interface SignedInput {
  /** The best script that the keys allow; signatures may be missing. */
  readonly scriptSig: Uint8Array;
  /** Why standard verification refuses it; null when the input is completely signed. */
  readonly error: ScriptError | null;
}

function sign(request: SigningRequest, keyHash: Uint8Array, scriptCode: Uint8Array): Uint8Array | null {
  const { tx, inputIndex, coin, branchId, hashType = SighashType.ALL, cache } = request;
  const key = request.keys.key(keyHash);
  if (!key) return null;
  const digest = signatureHash({ tx, inputIndex, scriptCode, amount: coin.value, hashType, branchId, cache });
  return digest && concatBytes(ecdsaSign(digest, key.secret), Uint8Array.of(hashType));
}

/** Signs with the first keys that are at hand, in the order of the script. */
function multisigElements(request: SigningRequest, template: ScriptTemplate, script: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [EMPTY];
  for (const publicKey of template.items) {
    if (elements.length > template.required) break;
    const signature = sign(request, hash160(publicKey), script);
    if (signature) elements.push(signature);
  }
  return elements;
}

/** Stack elements that satisfy a script as far as the keys allow. */
function elementsFor(request: SigningRequest, script: Uint8Array, template: ScriptTemplate): Uint8Array[] {
  const item = template.items[0];
  if (!template.matched || !item) return [];
  if (template.type === "multisig") return multisigElements(request, template, script);
  if (template.type === "scripthash") return [];
  const keyHash = template.type === "pubkey" ? hash160(item) : item;
  const signature = sign(request, keyHash, script);
  if (!signature) return [];
  const key = request.keys.key(keyHash);
  return template.type === "pubkeyhash" && key ? [signature, key.publicKey] : [signature];
}

function pushElements(elements: readonly Uint8Array[]): Uint8Array {
  const builder = new ScriptBuilder();
  for (const element of elements) builder.element(element);
  return builder.finish();
}

/**
 * Signs one input whose output has a standard form (P2PK, P2PKH, P2SH of a standard form, bare multisig).
 * @throws RangeError when a key of the source is no private key
 */
export function signInput(request: SigningRequest): SignedInput {
  const { tx, inputIndex, coin, branchId, cache } = request;
  const template = classifyScript(coin.script);
  let elements: Uint8Array[];
  const redeemScript =
    template.type === "scripthash" ? request.keys.redeemScript(template.items[0] as Uint8Array) : undefined;
  if (redeemScript) elements = [...elementsFor(request, redeemScript, classifyScript(redeemScript)), redeemScript];
  else elements = elementsFor(request, coin.script, template);
  const scriptSig = pushElements(elements);
  const checker = new TransactionSignatureChecker(tx, inputIndex, coin.value, branchId, cache);
  return { scriptSig, error: verifyScript(scriptSig, coin.script, STANDARD_FLAGS, checker) };
}
