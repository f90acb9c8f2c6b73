import type { ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { RawJson } from "../json-writer.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { nodeListShape } from "../shapes/fluxnode-shape.ts";
import { TipCache } from "../tip-cache.ts";

/** Lists differ by their filter, which callers choose, so only a few are kept. */
const lists = new TipCache<RawJson>(4);

/** The node list as JSON, made once per tip and filter. */
export function nodeList(reader: ChainReader, filter = ""): RawJson {
  return lists.get(reader, filter, () => nodeListShape(reader, filter));
}

/** @throws RpcError -10 while the chain is far behind */
export function requireSynced(reader: ChainReader): void {
  if (!reader.initialDownload) return;
  throw new RpcError(RpcErrorCode.initialDownload, "Wait until chain is synced closer to tip");
}

export const viewdeterministicfluxnodelist: RpcMethod = {
  name: "viewdeterministicfluxnodelist",
  aliases: ["listfluxnodes", "viewdeterministiczelnodelist", "listzelnodes"],
  category: "fluxnode",
  summary: "All confirmed fluxnodes by tier, each tier in the order of payment.",
  params: [
    {
      name: "filter",
      type: "string",
      description: "only nodes with this text in the collateral's txid, the key, the ip or the payment address",
      optional: true,
    },
  ],
  result: "an array of nodes",
  call: reading((reader, args) => {
    requireSynced(reader);
    return nodeList(reader, args.has(0) ? args.string(0) : "");
  }),
};
