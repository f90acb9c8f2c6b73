import { compactSizeLength } from "../bytes/index.ts";
import { isCoinbase, type Transaction, type TxInput, type TxOutput } from "../primitives/index.ts";
import { ScriptFlag } from "./flags.ts";
import { evalScript } from "./interpreter.ts";
import { isPushOnly, isUnspendable } from "./script-forms.ts";
import { NO_SIGNATURES } from "./signature-checker.ts";
import { countSigops } from "./sigops.ts";
import { classifyScript, type DataCarrierPolicy, DEFAULT_DATA_CARRIER, type ScriptTemplate } from "./templates.ts";

/** Room for the inputs of a 15-of-15 P2SH multisig spend. */
const MAX_SCRIPT_SIG_SIZE = 1650;
const MAX_BARE_MULTISIG_KEYS = 3;
const MAX_P2SH_SIGOPS = 15;
/** Bytes of the smallest usual input: what it costs to spend an output. */
const SPENDING_SIZE = 148;

export interface StandardPolicy extends DataCarrierPolicy {
  readonly permitBareMultisig: boolean;
  /** Zatoshi per 1000 bytes. */
  readonly relayFeeRate: bigint;
}

export const DEFAULT_STANDARD_POLICY: StandardPolicy = {
  ...DEFAULT_DATA_CARRIER,
  permitBareMultisig: true,
  relayFeeRate: 100n,
};

/** Fee in zatoshi at a rate per 1000 bytes: rounded down, but the rate itself where that gives 0. */
export function feeForSize(rate: bigint, size: number): bigint {
  const fee = (rate * BigInt(size)) / 1000n;
  return fee === 0n && rate > 0n ? rate : fee;
}

/** Smallest value in zatoshi that is worth spending: three times the fee for creating and spending the output. */
export function dustThreshold(output: TxOutput, relayFeeRate: bigint): bigint {
  if (isUnspendable(output.script)) return 0n;
  const size = 8 + compactSizeLength(output.script.length) + output.script.length + SPENDING_SIZE;
  return 3n * feeForSize(relayFeeRate, size);
}

function versionReason(tx: Transaction, acadiaActive: boolean): string | null {
  if (tx.fluxnode) return null;
  if (acadiaActive) return tx.version === 4 ? null : "sapling-version";
  return tx.version === 1 || tx.version === 2 ? null : "version";
}

function isStandardOutput({ type, matched, items }: ScriptTemplate): boolean {
  return matched && (type !== "multisig" || items.length <= MAX_BARE_MULTISIG_KEYS);
}

/**
 * Policy on a transaction by itself (spec transactions.md section 11).
 * @param acadiaActive whether the ACADIA upgrade is active at the height of the next block
 * @returns the daemon's reason for refusing it, or null when it is standard
 */
export function checkStandardTx(
  tx: Transaction,
  acadiaActive: boolean,
  policy: StandardPolicy = DEFAULT_STANDARD_POLICY,
): string | null {
  const version = versionReason(tx, acadiaActive);
  if (version) return version;
  for (const { scriptSig } of tx.inputs) {
    if (scriptSig.length > MAX_SCRIPT_SIG_SIZE) return "scriptsig-size";
    if (!isPushOnly(scriptSig)) return "scriptsig-not-pushonly";
  }
  let dataOutputs = 0;
  for (const output of tx.outputs) {
    const template = classifyScript(output.script, policy);
    if (!isStandardOutput(template)) return "scriptpubkey";
    if (template.type === "nulldata") dataOutputs++;
    else if (template.type === "multisig" && !policy.permitBareMultisig) return "bare-multisig";
    else if (output.value < dustThreshold(output, policy.relayFeeRate)) return "dust";
  }
  return dataOutputs > 1 ? "multi-op-return" : null;
}

/** Stack elements that spending a script of this form takes, a redeem script's own ones left out; -1 for no such form. */
function expectedElements({ type, matched, required }: ScriptTemplate): number {
  if (!matched) return -1;
  switch (type) {
    case "pubkey":
    case "scripthash":
      return 1;
    case "pubkeyhash":
      return 2;
    case "multisig":
      return required + 1;
    default:
      return -1;
  }
}

/**
 * Policy on what a transaction spends: known forms, spent with the exact number of elements (spec transactions.md section 11).
 * As in the reference, the first input with a redeem script of unknown form decides for all: inputs after it are not looked at.
 * @param spentScript script of the output that input `index` spends
 */
export function areInputsStandard(
  tx: Transaction,
  spentScript: (input: TxInput, index: number) => Uint8Array,
): boolean {
  if (isCoinbase(tx)) return true;
  for (let i = 0; i < tx.inputs.length; i++) {
    const input = tx.inputs[i] as TxInput;
    const template = classifyScript(spentScript(input, i));
    let expected = expectedElements(template);
    if (expected < 0) return false;
    const stack: Uint8Array[] = [];
    if (evalScript(stack, input.scriptSig, ScriptFlag.NONE, NO_SIGNATURES) !== null) return false;
    if (template.type === "scripthash") {
      const redeemScript = stack[stack.length - 1];
      if (!redeemScript) return false;
      const redeem = classifyScript(redeemScript);
      if (!redeem.matched) return countSigops(redeemScript, true) <= MAX_P2SH_SIGOPS;
      const inner = expectedElements(redeem);
      if (inner < 0) return false;
      expected += inner;
    }
    if (stack.length !== expected) return false;
  }
  return true;
}
