import { toHex } from "../../../protocol/bytes/index.ts";
import { encodeHeader } from "../../../protocol/primitives/index.ts";
import { knownEntry } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { headerShape } from "../shapes/header-shape.ts";

export const getblockheader: RpcMethod = {
  name: "getblockheader",
  category: "blockchain",
  summary: "The header of a known block.",
  params: [
    { name: "hash", type: "string", description: "block hash" },
    { name: "verbose", type: "boolean", description: "true for an object (default), false for hex", optional: true },
  ],
  result: "an object, or the serialised header in hex",
  call: reading((reader, args) => {
    const hash = args.lenientHash(0);
    const verbose = !args.has(1) || args.boolean(1);
    const entry = knownEntry(reader, hash);
    return verbose ? headerShape(entry, reader) : toHex(encodeHeader(entry.header));
  }),
};
