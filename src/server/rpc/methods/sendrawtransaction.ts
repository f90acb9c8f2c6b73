import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { isActive } from "../../../protocol/params/index.ts";
import type { Transaction } from "../../../protocol/primitives/index.ts";
import type { ChainReader } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { transactionOfHex } from "../decode-hex.ts";
import { refusalError } from "../refusal-error.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** Blocks that must be left before a transaction expires. */
const EXPIRING_SOON = 3;

/** @throws RpcError -26 before anything else is looked at; its text is longer than the pool's own */
function refuseExpiring({ expiryHeight }: Transaction, { tip, params }: ChainReader): void {
  const nextHeight = tip.height + 1;
  const least = nextHeight + EXPIRING_SOON;
  if (expiryHeight === 0 || expiryHeight >= least || !isActive(params, "acadia", nextHeight)) return;
  throw new RpcError(
    RpcErrorCode.rejected,
    `tx-expiring-soon: expiryheight is ${expiryHeight} but should be at least ${least} to avoid transaction expiring soon`,
  );
}

export const sendrawtransaction: RpcMethod = {
  name: "sendrawtransaction",
  category: "rawtransactions",
  summary:
    "Takes a transaction into the memory pool and sends it to the peers. Bytes after a complete one are ignored.",
  params: [
    { name: "hex", type: "string", description: "serialised transaction" },
    { name: "allowhighfees", type: "boolean", description: "accept any fee (default false)", optional: true },
  ],
  result: "the transaction id",
  call: async (args, { chain, network }) => {
    args.expectTypes("string", "bool");
    const tx = transactionOfHex(args.string(0));
    const { pooled, mined } = await chain.read((reader) => {
      refuseExpiring(tx, reader);
      return { pooled: reader.mempool.has(tx.txid), mined: reader.transactionCoins(tx.txid) !== undefined };
    });
    const refuseAbsurdFee = !(args.has(1) && args.boolean(1));
    if (!pooled && mined) throw new RpcError(RpcErrorCode.alreadyInChain, "transaction already in block chain");
    if (!pooled) {
      const outcome = await chain.pool.accept(tx, { refuseAbsurdFee });
      if (outcome.kind !== "accepted") throw refusalError(outcome);
    }
    network.relay(tx);
    return toDisplayHash(tx.txid);
  },
};
