import type { HttpReply } from "../../platform/http/index.ts";
import { concatBytes, fromDisplayHash } from "../../protocol/bytes/index.ts";
import { encodeHeader } from "../../protocol/primitives/index.ts";
import type { ChainReader, HeaderEntry } from "../rpc/context.ts";
import { blockShape } from "../rpc/shapes/block-shape.ts";
import { headerShape } from "../rpc/shapes/header-shape.ts";
import { placedTransactionShape } from "../rpc/shapes/transaction-shape.ts";
import { restError, restReply, splitFormat, splitParts } from "./rest-reply.ts";

const MAX_HEADERS = 2000;

/** Null unless it is a hash of 64 hex digits, as it is displayed; the result is in wire order. */
function hashOf(text: string): Uint8Array | null {
  return /^[0-9a-f]{64}$/i.test(text) ? fromDisplayHash(text.toLowerCase()) : null;
}

/** `/rest/tx/<txid>.<format>` */
export function restTransaction(reader: ChainReader, path: string): HttpReply {
  const { name, format } = splitFormat(path);
  const txid = hashOf(name);
  if (!txid) return restError(400, `Invalid hash: ${name}`);
  const pooled = reader.mempool.get(txid);
  const found = pooled ? { transaction: pooled.tx } : reader.transaction(txid);
  if (!found) return restError(404, `${name} not found`);
  return restReply(
    format,
    () => found.transaction.raw,
    () => placedTransactionShape(found, reader),
  );
}

/** `/rest/block/<hash>.<format>` and `/rest/block/notxdetails/<hash>.<format>` */
export function restBlock(reader: ChainReader, path: string, withTransactions: boolean): HttpReply {
  const { name, format } = splitFormat(path);
  const hash = hashOf(name);
  if (!hash) return restError(400, `Invalid hash: ${name}`);
  const entry = reader.entry(hash);
  if (!entry) return restError(404, `${name} not found`);
  const block = reader.openedBlock(entry);
  if (!block) {
    const pruned = reader.pruned && !entry.hasData && entry.transactionCount > 0;
    return restError(404, `${name} ${pruned ? "not available (pruned data)" : "not found"}`);
  }
  return restReply(
    format,
    () => block.raw,
    () => blockShape(block, entry, reader, withTransactions),
  );
}

/** `/rest/headers/<count>/<hash>.<format>`: nothing for a hash that is unknown or off the active chain. */
export function restHeaders(reader: ChainReader, path: string): HttpReply {
  const { name, format } = splitFormat(path);
  const parts = splitParts(name);
  const [countText = "", hashText = ""] = parts;
  if (parts.length !== 2) {
    return restError(400, "No header count specified. Use /rest/headers/<count>/<hash>.<ext>.");
  }
  // What follows the digits does not count.
  const count = Number(/^\s*[+-]?\d+/.exec(countText)?.[0] ?? 0);
  if (count < 1 || count > MAX_HEADERS) return restError(400, `Header count out of range: ${countText}`);
  const hash = hashOf(hashText);
  if (!hash) return restError(400, `Invalid hash: ${hashText}`);
  const entries: HeaderEntry[] = [];
  let entry = reader.entry(hash);
  if (entry && !reader.isActive(entry)) entry = undefined;
  for (; entry && entries.length < count; entry = reader.next(entry)) entries.push(entry);
  return restReply(
    format,
    () => concatBytes(...entries.map(({ header }) => encodeHeader(header))),
    () => entries.map((each) => headerShape(each, reader)),
    ".bin, .hex",
  );
}
