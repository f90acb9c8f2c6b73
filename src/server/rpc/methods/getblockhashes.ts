import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { requireIndexes } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { member } from "../json-reader.ts";
import { optionalBoolean } from "../values.ts";

export const getblockhashes: RpcMethod = {
  name: "getblockhashes",
  category: "blockchain",
  summary: "Blocks by time: from low up to, but not including, high. Needs the indexes.",
  params: [
    { name: "high", type: "number", description: "Unix time after the last block" },
    { name: "low", type: "number", description: "Unix time of the first block" },
    {
      name: "options",
      type: "object",
      description: "`noOrphans`: only the best chain; `logicalTimes`: tell the times as well",
      optional: true,
    },
  ],
  extraParams: true,
  result: "an array of hashes, or of objects with blockhash and logicalts",
  call: reading((reader, args) => {
    requireIndexes(reader, "getblockhashes");
    const high = args.int(0) >>> 0;
    const low = args.int(1) >>> 0;
    const options = args.has(2) ? args.object(2) : {};
    const activeOnly = optionalBoolean(member(options, "noOrphans"), false);
    const withTimes = optionalBoolean(member(options, "logicalTimes"), false);
    return reader.blocksByTime(high, low, activeOnly).map(({ hash, logicalTime }) => {
      const blockhash = toDisplayHash(hash);
      return withTimes ? { blockhash, logicalts: logicalTime } : blockhash;
    });
  }),
};
