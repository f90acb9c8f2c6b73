import { toHex } from "../../../protocol/bytes/index.ts";
import { type AddressPrefixes, encodeAddress } from "../../../protocol/primitives/index.ts";
import { destinationsOf, scriptToAsm } from "../../../protocol/script/index.ts";
import type { JsonObject } from "../json-writer.ts";

/** An output script: its text, its form and who can spend it. */
export function scriptShape(script: Uint8Array, prefixes: AddressPrefixes, withHex = true): JsonObject {
  const { type, required, destinations } = destinationsOf(script);
  const named = required !== null && destinations.length > 0;
  return {
    asm: scriptToAsm(script),
    hex: withHex ? toHex(script) : undefined,
    reqSigs: named ? required : undefined,
    type,
    addresses: named ? destinations.map((destination) => encodeAddress(destination, prefixes)) : undefined,
  };
}
