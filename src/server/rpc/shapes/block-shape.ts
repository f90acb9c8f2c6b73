import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import type { Block } from "../../../protocol/primitives/index.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { confirmations, neighbourShape, proofShape, workShape } from "./header-shape.ts";
import { transactionShape } from "./transaction-shape.ts";
import { blockValuePools } from "./value-pools.ts";

/** Shown where a block was never connected. */
const NO_HASH = "0".repeat(64);

/** Answer of `getblock`: with the ids of its transactions, or with the transactions themselves. */
export function blockShape(
  block: Block,
  entry: HeaderEntry,
  reader: ChainReader,
  withTransactions: boolean,
): JsonObject {
  const { header } = block;
  return {
    hash: toDisplayHash(header.hash),
    confirmations: confirmations(entry, reader),
    size: block.raw.length,
    height: entry.height,
    version: header.version,
    merkleroot: toDisplayHash(header.merkleRoot),
    finalsaplingroot: toDisplayHash(header.finalSaplingRoot),
    tx: block.transactions.map((tx) => (withTransactions ? transactionShape(tx, reader) : toDisplayHash(tx.txid))),
    time: header.time,
    ...proofShape(header),
    ...workShape(entry, reader),
    anchor: entry.sproutRoot ? toDisplayHash(entry.sproutRoot) : NO_HASH,
    valuePools: blockValuePools(entry),
    ...neighbourShape(entry, reader),
  };
}
