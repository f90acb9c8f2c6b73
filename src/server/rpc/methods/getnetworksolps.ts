import { type RpcMethod, reading } from "../declaration.ts";
import { DEFAULT_LOOKUP, networkHashRate } from "../shapes/network-hash-rate.ts";

export const getnetworksolps: RpcMethod = {
  name: "getnetworksolps",
  aliases: ["getnetworkhashps"],
  category: "mining",
  summary: "Estimated work per second of the whole network.",
  params: [
    {
      name: "blocks",
      type: "number",
      description: "how many blocks to look at (default 120; 0 or less: the difficulty window)",
      optional: true,
    },
    { name: "height", type: "number", description: "last block to look at (default: the tip)", optional: true },
  ],
  result: "a number",
  call: reading((reader, args) =>
    networkHashRate(reader, args.has(0) ? args.int(0) : DEFAULT_LOOKUP, args.has(1) ? args.int(1) : -1),
  ),
};
