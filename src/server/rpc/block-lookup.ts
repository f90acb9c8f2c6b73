import type { Block, StoredBlock } from "../../protocol/primitives/index.ts";
import type { ChainReader, HeaderEntry } from "./context.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** The header of a known block. @throws RpcError -5 */
export function knownEntry(reader: ChainReader, hash: Uint8Array): HeaderEntry {
  const entry = reader.entry(hash);
  if (!entry) throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Block not found");
  return entry;
}

function unavailable(reader: ChainReader, entry: HeaderEntry): RpcError {
  const pruned = reader.pruned && !entry.hasData && entry.transactionCount > 0;
  return new RpcError(
    RpcErrorCode.internal,
    pruned ? "Block not available (pruned data)" : "Can't read block from disk",
  );
}

/** The stored block of an entry, for parts of it. @throws RpcError -32603 when only its header is there */
export function openedBlock(reader: ChainReader, entry: HeaderEntry): StoredBlock {
  const block = reader.openedBlock(entry);
  if (!block) throw unavailable(reader, entry);
  return block;
}

/** All of the stored block of an entry. @throws RpcError -32603 when only its header is there */
export function storedBlock(reader: ChainReader, entry: HeaderEntry): Block {
  const block = reader.block(entry);
  if (!block) throw unavailable(reader, entry);
  return block;
}

/** The stored bytes of an entry's block. @throws RpcError -32603 when only its header is there */
export function storedBytes(reader: ChainReader, entry: HeaderEntry): Uint8Array {
  const raw = reader.rawBlock(entry);
  if (!raw) throw unavailable(reader, entry);
  return raw;
}

/** @throws RpcError -1 unless transaction, address and spent indexes are kept */
export function requireIndexes(reader: ChainReader, method: string): void {
  if (reader.indexes) return;
  throw new RpcError(
    RpcErrorCode.misc,
    `Error: ${method} is disabled. Start the node with --index on a new data directory to enable it.`,
  );
}
