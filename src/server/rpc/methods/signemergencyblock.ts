import { equalBytes, toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { ecdsaSign, ecdsaVerify, publicKeyCreate } from "../../../protocol/crypto/index.ts";
import { decodeWif, encodeBlock, makeHeader } from "../../../protocol/primitives/index.ts";
import { encodeEmergencySignatures } from "../../../protocol/rules/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { emergencyBlockOfHex, signaturesOf } from "../emergency-block.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

function invalid(message: string): RpcError {
  return new RpcError(RpcErrorCode.invalidParameter, message);
}

export const signemergencyblock: RpcMethod = {
  name: "signemergencyblock",
  category: "emergencyblock",
  summary: "Adds the signature of an emergency key to an emergency block.",
  params: [
    { name: "blockhex", type: "string", description: "serialised block" },
    { name: "privatekey", type: "string", description: "an emergency key in WIF form" },
  ],
  result: "an object with the block in hex",
  call: (args, { chain }) => {
    const { params } = chain;
    const block = emergencyBlockOfHex(args.string(0), params);
    const key = decodeWif(args.string(1), params.base58);
    if (!key) throw invalid("Invalid private key");
    const publicKey = publicKeyCreate(key.secret, key.compressed);
    const { verifyEmergencySignatures } = params.rules;
    if (verifyEmergencySignatures && !params.emergency.publicKeys.some((known) => equalBytes(known, publicKey))) {
      throw invalid("Private key does not correspond to an authorized emergency key");
    }
    const { hash, proof } = block.header;
    const signatures = signaturesOf(block);
    if (signatures.some((signature) => signature.length > 0 && ecdsaVerify(hash, signature, publicKey))) {
      throw invalid("This key has already signed the block");
    }
    signatures.push(ecdsaSign(hash, key.secret));
    const signature = encodeEmergencySignatures(signatures);
    const header = makeHeader({ ...block.header, proof: { ...proof, signature } });
    return {
      hex: toHex(encodeBlock(header, block.transactions)),
      hash: toDisplayHash(hash),
      signatures: signatures.length,
      complete: signatures.length >= params.emergency.minSignatures,
    };
  },
};
