import { TIERS, tierName } from "../../../protocol/fluxnodes/index.ts";
import { formatOutPoint } from "../../../protocol/primitives/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { heightsShape, paymentAddress } from "../shapes/fluxnode-shape.ts";
import { byteText } from "../shapes/text.ts";

export const fluxnodecurrentwinner: RpcMethod = {
  name: "fluxnodecurrentwinner",
  aliases: ["zelnodecurrentwinner"],
  category: "fluxnode",
  summary: "The fluxnodes that the next block pays.",
  params: [],
  result: "an object by tier; tiers without a node are left out",
  call: reading((reader) => {
    const winners: Record<string, JsonObject> = {};
    for (const tier of TIERS) {
      const record = reader.nodes.head(tier);
      const address = record && paymentAddress(record, reader);
      if (!record || !address) continue;
      winners[`${tierName(tier)} Winner`] = {
        collateral: formatOutPoint(record.collateral),
        ip: byteText(record.ip),
        ...heightsShape(record),
        tier: tierName(record.tier),
        payment_address: address,
      };
    }
    return winners;
  }),
};
