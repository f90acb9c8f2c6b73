import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { decodeBlock, type StoredBlock } from "../../../protocol/primitives/index.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { confirmations, neighbourShape, proofShape, workShape } from "./header-shape.ts";
import { outPointsOf, spendersOf } from "./spent-output.ts";
import { transactionShape } from "./transaction-shape.ts";
import { blockValuePools } from "./value-pools.ts";

/** Shown where a block was never connected. */
const NO_HASH = "0".repeat(64);

/** All transactions of a block; what is known of their inputs and outputs is looked up for all at once. */
function transactionShapes(block: StoredBlock, entry: HeaderEntry, reader: ChainReader): JsonObject[] {
  const { transactions } = decodeBlock(block.raw);
  if (!reader.indexes) return transactions.map((tx) => transactionShape(tx, reader));
  const spent = reader.isActive(entry) ? reader.spentOutputs(entry) : undefined;
  const spenders = spendersOf(transactions.flatMap(outPointsOf), reader);
  let next = 0;
  return transactions.map((tx, position) => {
    const start = next;
    next += tx.outputs.length;
    return transactionShape(tx, reader, { spent: spent?.[position - 1], spenders: spenders.slice(start, next) });
  });
}

/** Answer of `getblock`: with the ids of its transactions, or with the transactions themselves. */
export function blockShape(
  block: StoredBlock,
  entry: HeaderEntry,
  reader: ChainReader,
  withTransactions: boolean,
): JsonObject {
  const header = block.header();
  return {
    hash: toDisplayHash(header.hash),
    confirmations: confirmations(entry, reader),
    size: block.raw.length,
    height: entry.height,
    version: header.version,
    merkleroot: toDisplayHash(header.merkleRoot),
    finalsaplingroot: toDisplayHash(header.finalSaplingRoot),
    tx: withTransactions ? transactionShapes(block, entry, reader) : block.txids().map(toDisplayHash),
    time: header.time,
    ...proofShape(header),
    ...workShape(entry, reader),
    anchor: entry.sproutRoot ? toDisplayHash(entry.sproutRoot) : NO_HASH,
    valuePools: blockValuePools(entry),
    ...neighbourShape(entry, reader),
  };
}
