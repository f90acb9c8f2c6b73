import { hash160 } from "../crypto/index.ts";
import type { Destination } from "../primitives/index.ts";
import { Op } from "./opcodes.ts";
import { ScriptBuilder } from "./script-builder.ts";

/** Script that pays to the HASH160 of a public key. */
export function payToPublicKeyHash(hash: Uint8Array): Uint8Array {
  return new ScriptBuilder().op(Op.DUP).op(Op.HASH160).data(hash).op(Op.EQUALVERIFY).op(Op.CHECKSIG).finish();
}

/** Script that pays to the HASH160 of another script. */
export function payToScriptHash(hash: Uint8Array): Uint8Array {
  return new ScriptBuilder().op(Op.HASH160).data(hash).op(Op.EQUAL).finish();
}

export function payToPublicKey(publicKey: Uint8Array): Uint8Array {
  return new ScriptBuilder().data(publicKey).op(Op.CHECKSIG).finish();
}

/** The destination whose redeem script is `script`. */
export function scriptDestination(script: Uint8Array): Destination {
  return { kind: "scripthash", hash: hash160(script) };
}

/** The destination that belongs to a public key, given in the form in which it will be shown to the network. */
export function keyDestination(publicKey: Uint8Array): Destination {
  return { kind: "pubkeyhash", hash: hash160(publicKey) };
}

export function scriptForDestination(destination: Destination): Uint8Array {
  return destination.kind === "pubkeyhash" ? payToPublicKeyHash(destination.hash) : payToScriptHash(destination.hash);
}

/**
 * Script that `required` of the keys can spend.
 * @throws RangeError for more than 16 keys, or a number of signatures outside 0 to 16
 */
export function multisigScript(required: number, publicKeys: readonly Uint8Array[]): Uint8Array {
  if (!(required >= 0 && required <= 16) || publicKeys.length > 16) throw new RangeError("multisig numbers go to 16");
  const builder = new ScriptBuilder().number(required);
  for (const key of publicKeys) builder.data(key);
  return builder.number(publicKeys.length).op(Op.CHECKMULTISIG).finish();
}

/** Output script that carries data and can never be spent. */
export function dataScript(data: Uint8Array): Uint8Array {
  return new ScriptBuilder().op(Op.RETURN).data(data).finish();
}
