import type { RpcMethod } from "../declaration.ts";
import { blockOfHex } from "../decode-hex.ts";
import { blockText } from "../shapes/block-text.ts";

export const decoderawblock: RpcMethod = {
  name: "decoderawblock",
  category: "rawtransactions",
  summary: "Shows a serialised block as text for people.",
  params: [{ name: "hex", type: "string", description: "serialised block" }],
  result: "several lines of text",
  call: (args) => {
    args.expectTypes("string");
    return blockText(blockOfHex(args.string(0)));
  },
};
