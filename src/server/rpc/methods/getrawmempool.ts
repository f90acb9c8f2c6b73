import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type ChainReader, type MempoolEntry, priorityAt } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { Amount, type JsonObject } from "../json-writer.ts";

function entryShape(entry: MempoolEntry, { mempool, tip }: ChainReader): JsonObject {
  const depends = mempool.dependencies(entry).map(({ tx }) => toDisplayHash(tx.txid));
  return {
    size: entry.size,
    fee: new Amount(entry.fee),
    time: entry.time,
    height: entry.height,
    startingpriority: entry.startingPriority,
    currentpriority: priorityAt(entry, tip.height),
    depends: depends.sort(),
  };
}

export const getrawmempool: RpcMethod = {
  name: "getrawmempool",
  category: "blockchain",
  summary: "The transactions in the memory pool.",
  params: [{ name: "verbose", type: "boolean", description: "tell more than ids (default false)", optional: true }],
  result: "an array of transaction ids, or an object by transaction id",
  call: reading((reader, args) => {
    const verbose = args.has(0) && args.boolean(0);
    const entries = reader.mempool.entries();
    if (!verbose) return entries.map(({ tx }) => toDisplayHash(tx.txid));
    return Object.fromEntries(entries.map((entry) => [toDisplayHash(entry.tx.txid), entryShape(entry, reader)]));
  }),
};
