import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import type { RpcMethod } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { decodeShieldedAddress, type ShieldedAddress } from "../shapes/shielded-address.ts";

function addressShape(address: ShieldedAddress): JsonObject {
  if (address.kind === "sprout") {
    return {
      type: "sprout",
      payingkey: toDisplayHash(address.payingKey),
      transmissionkey: toDisplayHash(address.transmissionKey),
    };
  }
  return {
    type: "sapling",
    diversifier: toHex(address.diversifier),
    diversifiedtransmissionkey: toDisplayHash(address.transmissionKey),
  };
}

export const zValidateaddress: RpcMethod = {
  name: "z_validateaddress",
  category: "util",
  summary: "Tells whether a text is a shielded address of this network.",
  params: [{ name: "zaddr", type: "string", description: "the text to look at" }],
  result: "an object; only isvalid if it is none",
  call: (args, { chain: { params } }) => {
    const text = args.string(0);
    const address = decodeShieldedAddress(text, params);
    if (!address) return { isvalid: false };
    return { isvalid: true, address: text, ...addressShape(address), ismine: false };
  },
};
