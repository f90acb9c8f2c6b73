import { statusName } from "../../../protocol/fluxnodes/index.ts";
import { formatOutPoint } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { ownNodeShape } from "../shapes/fluxnode-shape.ts";
import { requireFluxnode } from "../this-fluxnode.ts";

export const getfluxnodestatus: RpcMethod = {
  name: "getfluxnodestatus",
  aliases: ["getzelnodestatus"],
  category: "fluxnode",
  summary: "State of the fluxnode that this machine runs.",
  params: [],
  result: "an object",
  call: (_, context) => {
    const { collateral } = requireFluxnode(context);
    return context.chain.read((reader) => {
      const record = reader.nodes.find(collateral);
      if (!record) return { status: "expired", collateral: formatOutPoint(collateral) };
      return { status: statusName(record.status), ...ownNodeShape(record, reader) };
    });
  },
};
