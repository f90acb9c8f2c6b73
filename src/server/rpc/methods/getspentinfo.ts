import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { requireIndexes } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { helpText } from "../help.ts";
import { isJsonObject, member } from "../json-reader.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { spentOutput } from "../shapes/spent-output.ts";
import { asHash, asInt, jsonTypeName } from "../values.ts";

export const getspentinfo: RpcMethod = {
  name: "getspentinfo",
  category: "blockchain",
  summary: "The input that spent an output. Needs the indexes.",
  params: [{ name: "outpoint", type: "object", description: "the output: {txid, index}" }],
  result: "an object with txid, index and height",
  call: reading((reader, args) => {
    const outpoint = args.value(0);
    if (!isJsonObject(outpoint)) throw new RpcError(RpcErrorCode.misc, helpText(getspentinfo));
    requireIndexes(reader, "getspentinfo");
    const txidValue = member(outpoint, "txid");
    const indexValue = member(outpoint, "index");
    if (typeof txidValue !== "string") {
      throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Invalid txid, must be a string");
    }
    if (jsonTypeName(indexValue) !== "number") {
      throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Invalid index, must be an integer");
    }
    const txid = asHash(txidValue, "txid");
    const spent = spentOutput(reader, { txid, index: asInt(indexValue) >>> 0 });
    if (!spent) throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Unable to get spent info");
    return { txid: toDisplayHash(spent.txid), index: spent.inputIndex, height: spent.height };
  }),
};
