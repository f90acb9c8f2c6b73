import { equalBytes } from "../../../protocol/bytes/index.ts";
import { ecdsaRecoverCompact, hash160 } from "../../../protocol/crypto/index.ts";
import { messageHash } from "../../../protocol/fluxnodes/index.ts";
import { decodeAddress } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SIGNATURE_SIZE = 65;

/** Bytes of padded Base64 whose unused bits are zero. @throws RpcError -5 */
function base64Bytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (!BASE64.test(text) || bytes.toString("base64") !== text) {
    throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Malformed base64 encoding");
  }
  return bytes;
}

export const verifymessage: RpcMethod = {
  name: "verifymessage",
  category: "util",
  summary: "Checks a message signature made with the key of an address.",
  params: [
    { name: "address", type: "string", description: "address of the signer" },
    { name: "signature", type: "string", description: "the signature in Base64" },
    { name: "message", type: "string", description: "what was signed" },
  ],
  result: "true if the signature fits",
  call: (args, { chain: { params } }) => {
    const address = args.string(0);
    const signatureText = args.string(1);
    const message = args.string(2);
    const destination = decodeAddress(address, params.base58);
    if (!destination) throw new RpcError(RpcErrorCode.type, "Invalid address");
    if (destination.kind !== "pubkeyhash") {
      throw new RpcError(RpcErrorCode.type, "Address does not refer to key");
    }
    const signature = base64Bytes(signatureText);
    if (signature.length !== SIGNATURE_SIZE) return false;
    const key = ecdsaRecoverCompact(messageHash(new TextEncoder().encode(message)), signature);
    return key !== null && equalBytes(hash160(key), destination.hash);
  },
};
