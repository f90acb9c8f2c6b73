import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { requireFluxnode } from "../this-fluxnode.ts";

export const createconfirmationtransaction: RpcMethod = {
  name: "createconfirmationtransaction",
  category: "fluxnode",
  hidden: true,
  summary: "Confirms this fluxnode anew, for instance because its address changed.",
  params: [],
  result: "an object with status, txid and raw",
  call: async (_, context) => {
    const confirmation = await requireFluxnode(context, RpcErrorCode.invalidRequest).confirm();
    switch (confirmation.kind) {
      case "unsigned":
        throw new RpcError(RpcErrorCode.verify, `Failed to sign new confirmation transaction: ${confirmation.cause}\n`);
      case "unattested":
        throw new RpcError(
          RpcErrorCode.verify,
          `Benchmark failed to sign new confirmation transaction: ${confirmation.cause}\n`,
        );
      default:
        return {
          status: confirmation.kind === "sent" ? "Successfully Sent" : "Fail to send",
          txid: toDisplayHash(confirmation.tx.txid),
          raw: toHex(confirmation.tx.raw),
        };
    }
  },
};
