import { ByteWriter, bytesKey, toHex } from "../../../protocol/bytes/index.ts";
import { writePartialMerkleTree } from "../../../protocol/filters/index.ts";
import { writeHeader } from "../../../protocol/primitives/index.ts";
import { knownEntry, storedBlock } from "../block-lookup.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { RpcArguments } from "../rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { asString, isHexText, lenientHash } from "../values.ts";

/** The asked transactions by key, in the order in which they were named. */
function wantedTxids(args: RpcArguments): Map<string, Uint8Array> {
  const wanted = new Map<string, Uint8Array>();
  for (const value of args.array(0)) {
    const text = asString(value);
    if (text.length !== 64 || !isHexText(text)) {
      throw new RpcError(RpcErrorCode.invalidParameter, `Invalid txid ${text}`);
    }
    const txid = lenientHash(text);
    if (wanted.has(bytesKey(txid))) {
      throw new RpcError(RpcErrorCode.invalidParameter, `Invalid parameter, duplicated txid: ${text}`);
    }
    wanted.set(bytesKey(txid), txid);
  }
  return wanted;
}

function blockOf(txid: Uint8Array | undefined, reader: ChainReader): HeaderEntry {
  const found = txid && reader.transaction(txid);
  if (!found) throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Transaction not yet in block");
  return found.entry;
}

export const gettxoutproof: RpcMethod = {
  name: "gettxoutproof",
  category: "blockchain",
  summary:
    "Proves that transactions are in a block. Without the indexes or a block hash, one must have unspent outputs.",
  params: [
    { name: "txid", type: "array", description: "ids of transactions of one block" },
    { name: "blockhash", type: "string", description: "the block to look in", optional: true },
  ],
  result: "the proof in hex",
  call: reading((reader, args) => {
    const wanted = wantedTxids(args);
    const entry = args.has(1) ? knownEntry(reader, args.lenientHash(1)) : blockOf([...wanted.values()].at(-1), reader);
    const { header, transactions } = storedBlock(reader, entry);
    const matches = transactions.map(({ txid }) => wanted.has(bytesKey(txid)));
    if (matches.filter(Boolean).length !== wanted.size) {
      throw new RpcError(RpcErrorCode.invalidAddressOrKey, "(Not all) transactions not found in specified block");
    }
    const writer = new ByteWriter(1024);
    writeHeader(writer, header);
    writePartialMerkleTree(
      writer,
      transactions.map(({ txid }) => txid),
      matches,
    );
    return toHex(writer.finish());
  }),
};
