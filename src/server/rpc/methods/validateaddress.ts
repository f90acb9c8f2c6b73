import { toHex } from "../../../protocol/bytes/index.ts";
import { decodeAddress, encodeAddress } from "../../../protocol/primitives/index.ts";
import { scriptForDestination } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";

export const validateaddress: RpcMethod = {
  name: "validateaddress",
  category: "util",
  summary: "Tells whether a text is a transparent address of this network.",
  params: [{ name: "address", type: "string", description: "the text to look at" }],
  result: "an object; only isvalid if it is none",
  call: (args, { chain: { params } }) => {
    const destination = decodeAddress(args.string(0), params.base58);
    if (!destination) return { isvalid: false };
    return {
      isvalid: true,
      address: encodeAddress(destination, params.base58),
      scriptPubKey: toHex(scriptForDestination(destination)),
      ismine: false,
      iswatchonly: false,
      isscript: destination.kind === "scripthash",
    };
  },
};
