import { Op } from "./opcodes.ts";
import { MAX_SCRIPT_SIZE } from "./script-machine.ts";
import { END_OF_SCRIPT, ScriptReader } from "./script-reader.ts";

/** Exactly DUP HASH160 <20 bytes, pushed directly> EQUALVERIFY CHECKSIG. */
export function isPayToPublicKeyHash(script: Uint8Array): boolean {
  return (
    script.length === 25 &&
    script[0] === Op.DUP &&
    script[1] === Op.HASH160 &&
    script[2] === 20 &&
    script[23] === Op.EQUALVERIFY &&
    script[24] === Op.CHECKSIG
  );
}

/** Exactly HASH160 <20 bytes, pushed directly> EQUAL. */
export function isPayToScriptHash(script: Uint8Array): boolean {
  return script.length === 23 && script[0] === Op.HASH160 && script[1] === 20 && script[22] === Op.EQUAL;
}

/** True if the script is well-formed and holds pushes only. OP_RESERVED passes for one, though running it fails. */
export function isPushOnly(script: Uint8Array): boolean {
  const reader = new ScriptReader(script);
  for (;;) {
    const opcode = reader.next();
    if (opcode === END_OF_SCRIPT) return true;
    if (opcode < 0 || opcode > Op.OP_16) return false;
  }
}

/** True if no input can ever spend such an output; it never enters the coin set. */
export function isUnspendable(script: Uint8Array): boolean {
  return script[0] === Op.RETURN || script.length > MAX_SCRIPT_SIZE;
}
