import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { EMPTY_FIELDS, makeTransaction, type Transaction } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { transactionOfHex } from "../decode-hex.ts";
import { refusalError } from "../refusal-error.ts";
import { RpcError } from "../rpc-error.ts";

/** The daemon does not look whether decoding worked and hands on a transaction without anything in it. */
function transactionOrNothing(text: string): Transaction {
  try {
    return transactionOfHex(text);
  } catch (error) {
    if (error instanceof RpcError) return makeTransaction(EMPTY_FIELDS);
    throw error;
  }
}

export const sendp2shstarttx: RpcMethod = {
  name: "sendp2shstarttx",
  category: "fluxnode",
  summary: "Takes the signed transaction of signp2shstarttx into the memory pool and sends it to the peers.",
  params: [{ name: "rawtx", type: "string", description: "the signed transaction" }],
  result: "the transaction id",
  call: async (args, { chain, network }) => {
    args.expectTypes("string");
    const tx = transactionOrNothing(args.string(0));
    const outcome = await chain.pool.accept(tx, { refuseAbsurdFee: true });
    if (outcome.kind !== "accepted") throw refusalError(outcome);
    network.relay(tx);
    return toDisplayHash(tx.txid);
  },
};
