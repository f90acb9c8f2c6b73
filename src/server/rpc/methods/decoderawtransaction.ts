import { type RpcMethod, reading } from "../declaration.ts";
import { transactionOfHex } from "../decode-hex.ts";
import { transactionShape } from "../shapes/transaction-shape.ts";

export const decoderawtransaction: RpcMethod = {
  name: "decoderawtransaction",
  category: "rawtransactions",
  summary: "Shows a serialised transaction as an object.",
  params: [{ name: "hex", type: "string", description: "serialised transaction" }],
  result: "an object",
  call: reading((reader, args) => {
    args.expectTypes("string");
    return transactionShape(transactionOfHex(args.string(0)), reader);
  }),
};
