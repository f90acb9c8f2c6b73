import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { addressKeys, addressOption, heightRange } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import type { ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { addressKeyText } from "../shapes/address-key.ts";

function blockAt(height: number, reader: ChainReader): JsonObject {
  const entry = reader.entryAt(height);
  return { hash: entry ? toDisplayHash(entry.hash) : undefined, height };
}

export const getaddressdeltas: RpcMethod = {
  name: "getaddressdeltas",
  category: "addressindex",
  summary: "Every change of addresses, in zatoshi, over all heights or a range. Needs the indexes.",
  params: [
    {
      name: "addresses",
      type: ["object", "string"],
      description: "one address, or {addresses: [...], start, end, chainInfo}; heights included",
    },
  ],
  result: "an array; with chainInfo and a range an object with deltas, start and end",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddressdeltas");
    const range = heightRange(args, reader);
    const keys = addressKeys(args, reader);
    const chainInfo = addressOption(args, "chainInfo");
    const deltas = keys.flatMap((key) => {
      const address = addressKeyText(key, reader.params);
      return reader.addressDeltas(key, range?.start, range?.end).map((delta) => ({
        address,
        blockindex: delta.blockIndex,
        height: delta.height,
        index: delta.index,
        satoshis: delta.satoshis,
        txid: toDisplayHash(delta.txid),
      }));
    });
    if (!chainInfo || !range) return deltas;
    return { deltas, start: blockAt(range.start, reader), end: blockAt(range.end, reader) };
  }),
};
