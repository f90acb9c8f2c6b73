import { equalBytes, toHex } from "../../../protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../protocol/crypto/index.ts";
import { signStart } from "../../../protocol/fluxnodes/index.ts";
import { decodeWif, makeTransaction } from "../../../protocol/primitives/index.ts";
import { multisigKeys } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { transactionOfHex } from "../decode-hex.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

function invalid(message: string): RpcError {
  return new RpcError(RpcErrorCode.invalidAddressOrKey, message);
}

export const signp2shstarttx: RpcMethod = {
  name: "signp2shstarttx",
  category: "fluxnode",
  summary: "Signs the transaction that starts a multisignature fluxnode with a key of its redeem script.",
  params: [
    { name: "rawtxhex", type: "string", description: "the transaction of createp2shstarttx" },
    { name: "privatekey", type: "string", description: "a key in WIF form; this node has no others", optional: true },
  ],
  result: "the signed transaction in hex",
  call: (args, { chain: { params }, clock }) => {
    args.expectTypes("string", "string");
    const tx = transactionOfHex(args.string(0));
    const key = args.has(1) ? decodeWif(args.string(1), params.base58) : undefined;
    if (key === null) throw invalid("Invalid private key");
    const { fluxnode } = tx;
    const owners = fluxnode?.kind === "start" ? multisigKeys(fluxnode.redeemScript) : null;
    if (!owners || fluxnode?.kind !== "start") throw invalid("Failed to get pubkeys from redeemscript");
    // Without a wallet there is no key to find, as in a wallet that has none of them.
    if (!key) throw new RpcError(RpcErrorCode.wallet, "Private key not available");
    const publicKey = publicKeyCreate(key.secret, key.compressed);
    if (!owners.publicKeys.some((owner) => equalBytes(owner, publicKey))) throw invalid("Signature Verify Failed");
    const timed = makeTransaction({ ...tx, fluxnode: { ...fluxnode, sigTime: clock.now() } });
    return toHex(signStart(timed, key).raw);
  },
};
