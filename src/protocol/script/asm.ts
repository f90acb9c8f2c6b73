import { toHex } from "../bytes/index.ts";
import { ScriptFlag } from "./flags.ts";
import { Op, opcodeName } from "./opcodes.ts";
import { isUnspendable } from "./script-forms.ts";
import { decodeScriptNumber, MAX_NUMBER_SIZE } from "./script-number.ts";
import { MALFORMED_PUSH, ScriptReader } from "./script-reader.ts";
import { sighashTypeName } from "./sighash-type.ts";
import { checkSignatureEncoding } from "./signature-encoding.ts";

function signatureText(data: Uint8Array): string {
  const name = sighashTypeName(data[data.length - 1] as number);
  if (!name || checkSignatureEncoding(data, ScriptFlag.STRICTENC) !== null) return toHex(data);
  return `${toHex(data.subarray(0, -1))}[${name}]`;
}

/**
 * Script as the daemon's RPC prints it: operation names, pushes of up to 4 bytes as numbers, longer ones as hex, and
 * `[error]` where a push is malformed.
 * @param decodeSighash show the hash type of signatures by name; for input scripts only
 */
export function scriptToAsm(script: Uint8Array, decodeSighash = false): string {
  const signatures = decodeSighash && !isUnspendable(script);
  const reader = new ScriptReader(script);
  const words: string[] = [];
  while (reader.position < script.length) {
    const opcode = reader.next();
    if (opcode === MALFORMED_PUSH) {
      words.push("[error]");
      break;
    }
    if (opcode > Op.PUSHDATA4) words.push(opcodeName(opcode));
    else if (reader.dataLength <= MAX_NUMBER_SIZE) words.push(String(decodeScriptNumber(reader.data(), false)));
    else words.push(signatures ? signatureText(reader.data()) : toHex(reader.data()));
  }
  return words.join(" ");
}
