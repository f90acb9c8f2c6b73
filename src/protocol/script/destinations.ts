import { type AddressPrefixes, type Destination, encodeAddress } from "../primitives/index.ts";
import { isKeyForm } from "./signature-checker.ts";
import { keyDestination } from "./standard-scripts.ts";
import { classifyScript, type ScriptTemplate, type ScriptType } from "./templates.ts";

/** Who can spend an output, as the RPC tells it. */
export interface ScriptDestinations {
  readonly type: ScriptType;
  /** Signatures needed; null when the script names nobody. */
  readonly required: number | null;
  readonly destinations: readonly Destination[];
}

function singleDestination({ type, matched, items }: ScriptTemplate): Destination | null {
  const item = items[0];
  if (!matched || !item) return null;
  if (type === "pubkeyhash" || type === "scripthash") return { kind: type, hash: item };
  return type === "pubkey" && isKeyForm(item) ? keyDestination(item) : null;
}

/** The one destination that a script pays to; null for multisig, data and unknown scripts. */
export function destinationOf(script: Uint8Array): Destination | null {
  return singleDestination(classifyScript(script));
}

/** The address that a script pays to, or null. */
export function addressOf(script: Uint8Array, prefixes: AddressPrefixes): string | null {
  const destination = destinationOf(script);
  return destination && encodeAddress(destination, prefixes);
}

/** All destinations of a script: several for bare multisig, where malformed keys are left out. */
export function destinationsOf(script: Uint8Array): ScriptDestinations {
  const template = classifyScript(script);
  const { type } = template;
  const single = singleDestination(template);
  if (single) return { type, required: 1, destinations: [single] };
  const keys = template.matched && type === "multisig" ? template.items.filter(isKeyForm) : [];
  if (keys.length === 0) return { type, required: null, destinations: [] };
  return { type, required: template.required, destinations: keys.map(keyDestination) };
}

export interface MultisigKeys {
  readonly required: number;
  readonly publicKeys: readonly Uint8Array[];
}

/** Keys of a multisig script, malformed ones left out; null when it is none or no key is left. */
export function multisigKeys(script: Uint8Array): MultisigKeys | null {
  const { type, matched, items, required } = classifyScript(script);
  if (type !== "multisig" || !matched) return null;
  const publicKeys = items.filter(isKeyForm);
  return publicKeys.length > 0 ? { required, publicKeys } : null;
}

/** True for a multisig script with possible numbers, whatever its keys are. */
export function isMultisigScript(script: Uint8Array): boolean {
  const { type, matched } = classifyScript(script);
  return matched && type === "multisig";
}
