import { toHex } from "../bytes/index.ts";
import { ScriptFlag } from "./flags.ts";
import { Op, opcodeName } from "./opcodes.ts";
import { isUnspendable } from "./script-forms.ts";
import { decodeScriptNumber, MAX_NUMBER_SIZE } from "./script-number.ts";
import { MALFORMED_PUSH, ScriptReader } from "./script-reader.ts";
import { sighashTypeName } from "./sighash-type.ts";
import { checkSignatureEncoding } from "./signature-encoding.ts";

/** A script in the two forms in which the daemon's RPC shows it. */
export interface ScriptTexts {
  readonly asm: string;
  readonly hex: string;
}

/** @param hex of the data */
function signatureText(data: Uint8Array, hex: string): string {
  const name = sighashTypeName(data[data.length - 1] as number);
  if (!name || checkSignatureEncoding(data, ScriptFlag.STRICTENC) !== null) return hex;
  return `${hex.slice(0, -2)}[${name}]`;
}

/**
 * Script as the daemon's RPC prints it: operation names, pushes of up to 4 bytes as numbers, longer ones as hex, and
 * `[error]` where a push is malformed.
 * @param decodeSighash show the hash type of signatures by name; for input scripts only
 */
export function scriptToAsm(script: Uint8Array, decodeSighash = false): string {
  return scriptTexts(script, decodeSighash).asm;
}

/** Hex of a script and the same as {@link scriptToAsm}. */
export function scriptTexts(script: Uint8Array, decodeSighash = false): ScriptTexts {
  const hex = toHex(script);
  const signatures = decodeSighash && !isUnspendable(script);
  const reader = new ScriptReader(script);
  let asm = "";
  while (reader.position < script.length) {
    const opcode = reader.next();
    if (asm !== "") asm += " ";
    if (opcode === MALFORMED_PUSH) {
      asm += "[error]";
      break;
    }
    asm += opcode > Op.PUSHDATA4 ? opcodeName(opcode) : pushText(reader, hex, signatures);
  }
  return { asm, hex };
}

/** @param hex of the whole script */
function pushText(reader: ScriptReader, hex: string, signatures: boolean): string {
  const { dataOffset: start, dataLength: length } = reader;
  if (length <= MAX_NUMBER_SIZE) return String(decodeScriptNumber(reader.data(), false));
  const text = hex.slice(2 * start, 2 * (start + length));
  return signatures ? signatureText(reader.data(), text) : text;
}
