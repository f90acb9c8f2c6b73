import { addressKeys } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";

export const getaddressbalance: RpcMethod = {
  name: "getaddressbalance",
  category: "addressindex",
  summary: "What addresses hold and ever received, in zatoshi. Needs the indexes.",
  params: [{ name: "addresses", type: ["object", "string"], description: "one address, or {addresses: [...]}" }],
  result: "an object with balance and received",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddressbalance");
    let balance = 0n;
    let received = 0n;
    for (const key of addressKeys(args, reader)) {
      const totals = reader.addressBalance(key);
      balance += totals.balance;
      received += totals.received;
    }
    return { balance, received };
  }),
};
