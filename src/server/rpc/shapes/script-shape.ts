import { bytesKey, toHex } from "../../../protocol/bytes/index.ts";
import type { AddressPrefixes } from "../../../protocol/primitives/index.ts";
import {
  destinationsOf,
  isPayToPublicKeyHash,
  isPayToScriptHash,
  scriptToAsm,
} from "../../../protocol/script/index.ts";
import { type JsonObject, writeJson } from "../json-writer.ts";
import { addressText } from "./address-text.ts";
import { NetworkTexts } from "./network-texts.ts";

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

const usualTexts = new NetworkTexts();

/** JSON text of {@link scriptShape}. Nearly all outputs have one of two forms, and the same ones come again and again. */
export function scriptJson(script: Uint8Array, prefixes: AddressPrefixes): string {
  if (!isPayToPublicKeyHash(script) && !isPayToScriptHash(script)) return writeJson(scriptShape(script, prefixes));
  const key = bytesKey(script);
  return usualTexts.get(prefixes, key) ?? usualTexts.add(prefixes, key, writeJson(scriptShape(script, prefixes)));
}
