import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type FluxnodeRecord, networkOfIp, statusName, tierName } from "../../../protocol/fluxnodes/index.ts";
import { encodeAddress, formatOutPoint } from "../../../protocol/primitives/index.ts";
import { keyDestination } from "../../../protocol/script/index.ts";
import type { ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { heightsShape, timeAt } from "../shapes/fluxnode-shape.ts";
import { byteText } from "../shapes/text.ts";

/** Larger indexes are beyond the reference's number type: it leaves such entries out. */
const MAX_INDEX = 0x7fffffff;

/** "UNKOWN" is the reference's spelling. */
const NO_RECORD: JsonObject = {
  ip: "UNKNOWN",
  network: "UNKOWN",
  added_height: 0,
  confirmed_height: 0,
  last_confirmed_height: 0,
  last_paid_height: 0,
  tier: "UNKNOWN",
  payment_address: "UNKNOWN",
  activesince: 0,
  lastpaid: 0,
};

function recordShape(record: FluxnodeRecord, reader: ChainReader): JsonObject {
  return {
    ip: byteText(record.ip),
    network: networkOfIp(record.ip),
    ...heightsShape(record),
    tier: tierName(record.tier),
    // Of the owner's key even where the node is paid to a script (spec fluxnode-config.md 10.9).
    payment_address: encodeAddress(keyDestination(record.collateralPublicKey), reader.params.base58),
    activesince: timeAt(record.added, reader),
    lastpaid: timeAt(record.lastPaid, reader),
  };
}

export const listfluxnodeconf: RpcMethod = {
  name: "listfluxnodeconf",
  aliases: ["listzelnodeconf"],
  category: "fluxnode",
  summary: "The fluxnodes of this controller's node list with their state. The answer holds their private keys.",
  params: [{ name: "filter", type: "string", description: "has no effect", optional: true }],
  result: "an array of objects",
  call: reading((reader, args, { nodeList }) => {
    if (args.has(0)) args.string(0);
    return nodeList
      .filter(({ collateral }) => collateral.index <= MAX_INDEX)
      .map(({ alias, address, privateKey, collateral }) => {
        const record = reader.nodes.find(collateral);
        return {
          alias,
          status: statusName(record?.status),
          collateral: formatOutPoint(collateral),
          txHash: toDisplayHash(collateral.txid),
          outputIndex: String(collateral.index),
          privateKey,
          address,
          ...(record ? recordShape(record, reader) : NO_RECORD),
        };
      });
  }),
};
