import { encodeAddress } from "../../../protocol/primitives/index.ts";
import { scriptDestination } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { scriptShape } from "../shapes/script-shape.ts";

export const decodescript: RpcMethod = {
  name: "decodescript",
  category: "rawtransactions",
  summary: "Shows a serialised script as text, with its form and addresses.",
  params: [{ name: "hex", type: "string", description: "serialised script; may be empty" }],
  result: "an object; p2sh is the address of the script as a redeem script",
  call: (args, { chain: { params } }) => {
    args.expectTypes("string");
    const script = args.string(0) === "" ? new Uint8Array(0) : args.hexBytes(0, "argument");
    return {
      ...scriptShape(script, params.base58, false),
      p2sh: encodeAddress(scriptDestination(script), params.base58),
    };
  },
};
