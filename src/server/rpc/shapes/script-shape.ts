import { toHex } from "../../../protocol/bytes/index.ts";
import type { AddressPrefixes, Destination } from "../../../protocol/primitives/index.ts";
import {
  destinationsOf,
  isPayToPublicKeyHash,
  isPayToScriptHash,
  scriptToAsm,
} from "../../../protocol/script/index.ts";
import { type JsonObject, writeJson } from "../json-writer.ts";
import { addressText } from "./address-text.ts";

/** An output script: its text, its form and who can spend it. */
export function scriptShape(script: Uint8Array, prefixes: AddressPrefixes, withHex = true): JsonObject {
  const { type, required, destinations } = destinationsOf(script);
  const named = required !== null && destinations.length > 0;
  return {
    asm: scriptToAsm(script),
    hex: withHex ? toHex(script) : undefined,
    reqSigs: named ? required : undefined,
    type,
    addresses: named ? destinations.map((destination) => addressText(destination, prefixes)) : undefined,
  };
}

function usualScriptJson(asm: string, hex: string, destination: Destination, prefixes: AddressPrefixes): string {
  const address = addressText(destination, prefixes);
  return `{"asm":"${asm}","hex":"${hex}","reqSigs":1,"type":"${destination.kind}","addresses":["${address}"]}`;
}

/** JSON text of {@link scriptShape}. Nearly all outputs have one of two forms, and a block has many: theirs is put together at once. */
export function scriptJson(script: Uint8Array, prefixes: AddressPrefixes): string {
  if (isPayToPublicKeyHash(script)) {
    const hex = toHex(script);
    const asm = `OP_DUP OP_HASH160 ${hex.slice(6, 46)} OP_EQUALVERIFY OP_CHECKSIG`;
    return usualScriptJson(asm, hex, { kind: "pubkeyhash", hash: script.subarray(3, 23) }, prefixes);
  }
  if (isPayToScriptHash(script)) {
    const hex = toHex(script);
    const asm = `OP_HASH160 ${hex.slice(4, 44)} OP_EQUAL`;
    return usualScriptJson(asm, hex, { kind: "scripthash", hash: script.subarray(2, 22) }, prefixes);
  }
  return writeJson(scriptShape(script, prefixes));
}
