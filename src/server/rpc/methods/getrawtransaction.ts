import { toHex } from "../../../protocol/bytes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { placedTransactionShape } from "../shapes/transaction-shape.ts";

export const getrawtransaction: RpcMethod = {
  name: "getrawtransaction",
  category: "rawtransactions",
  summary:
    "A transaction by its id, from the memory pool or a block. Without the indexes only one with unspent outputs is found.",
  params: [
    { name: "txid", type: "string", description: "transaction id" },
    { name: "verbose", type: "number", description: "0 for hex (default), else an object", optional: true },
  ],
  result: "hex or an object",
  call: reading((reader, args) => {
    const txid = args.hash(0, "parameter 1");
    const verbose = args.has(1) && args.int(1) !== 0;
    const pooled = reader.mempool.get(txid);
    const found = pooled ? { transaction: pooled.tx } : reader.transaction(txid);
    if (!found) {
      throw new RpcError(RpcErrorCode.invalidAddressOrKey, "No information available about transaction");
    }
    const hex = toHex(found.transaction.raw);
    return verbose ? { hex, ...placedTransactionShape(found, reader) } : hex;
  }),
};
