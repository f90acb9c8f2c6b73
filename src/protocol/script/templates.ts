import { Op } from "./opcodes.ts";
import { isPayToScriptHash } from "./script-forms.ts";
import { END_OF_SCRIPT, ScriptReader } from "./script-reader.ts";

/** Names of script forms as the RPC shows them. */
export type ScriptType = "nonstandard" | "pubkey" | "pubkeyhash" | "scripthash" | "multisig" | "nulldata";

/** Which OP_RETURN outputs count as data outputs: the daemon's -datacarrier and -datacarriersize. */
export interface DataCarrierPolicy {
  readonly dataCarrier: boolean;
  readonly dataCarrierSize: number;
}

export const DEFAULT_DATA_CARRIER: DataCarrierPolicy = { dataCarrier: true, dataCarrierSize: 80 };

export interface ScriptTemplate {
  readonly type: ScriptType;
  /**
   * False for nonstandard scripts and for a multisig form with impossible numbers: the reference names the latter "multisig"
   * but does not take it for one.
   */
  readonly matched: boolean;
  /** The public key, the hash, or the keys of a multisig script. Keys are of plausible length but otherwise unchecked. */
  readonly items: readonly Uint8Array[];
  /** Signatures that a multisig script asks for; 1 for other forms that can be spent. */
  readonly required: number;
}

const NONE: readonly Uint8Array[] = [];
const NONSTANDARD: ScriptTemplate = { type: "nonstandard", matched: false, items: NONE, required: 0 };
const DATA: ScriptTemplate = { type: "nulldata", matched: true, items: NONE, required: 0 };

function isKeySize(length: number): boolean {
  return length >= 33 && length <= 65;
}

/** Number that OP_0 or OP_1 to OP_16 pushes; -1 for any other operation. */
function smallNumber(opcode: number): number {
  if (opcode === Op.OP_0) return 0;
  return opcode >= Op.OP_1 && opcode <= Op.OP_16 ? opcode - Op.OP_1 + 1 : -1;
}

/** Matches operations that are given by their codes alone, up to the end of the script. */
function endsWith(reader: ScriptReader, ...opcodes: number[]): boolean {
  for (const opcode of opcodes) if (reader.next() !== opcode) return false;
  return reader.next() === END_OF_SCRIPT;
}

function publicKeyTemplate(reader: ScriptReader): ScriptTemplate {
  const key = reader.data();
  if (!endsWith(reader, Op.CHECKSIG)) return NONSTANDARD;
  return { type: "pubkey", matched: true, items: [key], required: 1 };
}

/** The hash may be pushed by any data push, not only the shortest one. */
function publicKeyHashTemplate(reader: ScriptReader): ScriptTemplate {
  if (reader.next() !== Op.HASH160 || reader.next() < 0 || reader.dataLength !== 20) return NONSTANDARD;
  const hash = reader.data();
  if (!endsWith(reader, Op.EQUALVERIFY, Op.CHECKSIG)) return NONSTANDARD;
  return { type: "pubkeyhash", matched: true, items: [hash], required: 1 };
}

function multisigTemplate(reader: ScriptReader, required: number): ScriptTemplate {
  const items: Uint8Array[] = [];
  let opcode = reader.next();
  while (opcode >= 0 && isKeySize(reader.dataLength)) {
    items.push(reader.data());
    opcode = reader.next();
  }
  const count = smallNumber(opcode);
  if (count < 0 || !endsWith(reader, Op.CHECKMULTISIG)) return NONSTANDARD;
  const matched = required >= 1 && count >= 1 && required <= count && items.length === count;
  return { type: "multisig", matched, items, required };
}

/** OP_RETURN alone, or with one operation of any kind that pushes no more than the limit. */
function dataTemplate(reader: ScriptReader, policy: DataCarrierPolicy): ScriptTemplate {
  const opcode = reader.next();
  if (opcode === END_OF_SCRIPT) return DATA;
  if (opcode < 0 || !policy.dataCarrier || reader.dataLength > policy.dataCarrierSize) return NONSTANDARD;
  return reader.next() === END_OF_SCRIPT ? DATA : NONSTANDARD;
}

/** Finds the standard form of an output script or redeem script. */
export function classifyScript(script: Uint8Array, policy: DataCarrierPolicy = DEFAULT_DATA_CARRIER): ScriptTemplate {
  if (isPayToScriptHash(script)) {
    return { type: "scripthash", matched: true, items: [script.subarray(2, 22)], required: 1 };
  }
  const reader = new ScriptReader(script);
  const opcode = reader.next();
  if (opcode < 0) return NONSTANDARD;
  if (isKeySize(reader.dataLength)) return publicKeyTemplate(reader);
  if (opcode === Op.DUP) return publicKeyHashTemplate(reader);
  if (opcode === Op.RETURN) return dataTemplate(reader, policy);
  const required = smallNumber(opcode);
  return required >= 0 ? multisigTemplate(reader, required) : NONSTANDARD;
}
