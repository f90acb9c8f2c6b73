import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";

export const getchaintips: RpcMethod = {
  name: "getchaintips",
  category: "blockchain",
  summary: "The ends of all known branches, the highest first.",
  params: [
    { name: "height", type: "number", description: "leave out branches that end below this height", optional: true },
  ],
  result: "an array of height, hash, branchlen and status (active, valid-fork, valid-headers, headers-only, invalid)",
  call: reading((reader, args) => {
    const given = args.has(0) ? args.int(0) : 0;
    const lowest = given < 0 || given > reader.tip.height ? 0 : given;
    return reader
      .tips()
      .filter(({ entry }) => entry.height >= lowest)
      .sort((a, b) => b.entry.height - a.entry.height || a.entry.id - b.entry.id)
      .map(({ entry, branchLength, status }) => ({
        height: entry.height,
        hash: toDisplayHash(entry.hash),
        branchlen: branchLength,
        status,
      }));
  }),
};
