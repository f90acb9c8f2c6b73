import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { addressKeys, heightRange } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";

export const getaddresstxids: RpcMethod = {
  name: "getaddresstxids",
  category: "addressindex",
  summary: "Transactions that touch addresses, over all heights or a range. Needs the indexes.",
  params: [
    {
      name: "addresses",
      type: ["object", "string"],
      description: "one address, or {addresses: [...], start, end}; heights included",
    },
  ],
  result: "an array of transaction ids by height, then by id",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddresstxids");
    const range = heightRange(args, reader);
    // Two transactions of the oldest blocks may share an id, so the height belongs to the key.
    const found = new Map<string, { readonly height: number; readonly txid: string }>();
    for (const key of addressKeys(args, reader)) {
      for (const { txid: hash, height } of reader.addressDeltas(key, range?.start, range?.end)) {
        const txid = toDisplayHash(hash);
        found.set(`${height} ${txid}`, { height, txid });
      }
    }
    return [...found.values()]
      .sort((a, b) => a.height - b.height || (a.txid < b.txid ? -1 : 1))
      .map(({ txid }) => txid);
  }),
};
