import { toHex } from "../../../protocol/bytes/index.ts";
import { knownEntry, openedBlock, storedBytes } from "../block-lookup.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { RpcArguments } from "../rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { blockShape } from "../shapes/block-shape.ts";
import { lenientHash } from "../values.ts";

const HASH_LENGTH = 64;
const MAX_INT32 = 0x7fffffff;

function invalid(message: string): RpcError {
  return new RpcError(RpcErrorCode.invalidParameter, message);
}

function entryAtText(reader: ChainReader, text: string): HeaderEntry {
  if (!/^\d+$/.test(text) || Number(text) > MAX_INT32) throw invalid("Invalid block height parameter");
  const entry = reader.entryAt(Number(text));
  if (!entry) throw invalid("Block height out of range");
  return entry;
}

function verbosityOf(args: RpcArguments): number {
  if (!args.has(1)) return 1;
  const value = args.value(1);
  if (typeof value === "boolean") return value ? 1 : 0;
  // Anything but a number is reported as what is no Boolean.
  const verbosity = args.isNumber(1) ? args.int(1) : Number(args.boolean(1));
  if (verbosity < 0 || verbosity > 2) throw invalid("Verbosity must be in range from 0 to 2");
  return verbosity;
}

export const getblock: RpcMethod = {
  name: "getblock",
  category: "blockchain",
  summary: "A block by its hash or, on the best chain, by its height.",
  params: [
    { name: "hash|height", type: "string", description: "block hash, or the height as text" },
    {
      name: "verbosity",
      type: ["number", "boolean"],
      description: "0 raw hex, 1 object with transaction ids (default), 2 object with whole transactions",
      optional: true,
    },
  ],
  result: "hex or an object, by the verbosity",
  call: reading((reader, args) => {
    const text = args.string(0);
    const byHeight = text.length < HASH_LENGTH ? entryAtText(reader, text) : undefined;
    const verbosity = verbosityOf(args);
    const entry = byHeight ?? knownEntry(reader, lenientHash(text));
    if (verbosity === 0) return toHex(storedBytes(reader, entry));
    return blockShape(openedBlock(reader, entry), entry, reader, verbosity === 2);
  }),
};
