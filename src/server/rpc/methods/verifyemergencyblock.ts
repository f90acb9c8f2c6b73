import { toHex } from "../../../protocol/bytes/index.ts";
import { ecdsaVerify } from "../../../protocol/crypto/index.ts";
import { checkEmergencySignatures } from "../../../protocol/rules/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { emergencyBlockOfHex, signaturesOf } from "../emergency-block.ts";

export const verifyemergencyblock: RpcMethod = {
  name: "verifyemergencyblock",
  category: "emergencyblock",
  summary: "Says whether an emergency block has enough signatures, and whose they are.",
  params: [{ name: "blockhex", type: "string", description: "serialised block" }],
  result: "an object",
  call: (args, { chain }) => {
    const { params } = chain;
    const block = emergencyBlockOfHex(args.string(0), params);
    const signatures = signaturesOf(block);
    const signers = signatures.flatMap((signature) => {
      if (signature.length === 0) return [];
      const signer = params.emergency.publicKeys.find((key) => ecdsaVerify(block.header.hash, signature, key));
      return signer ? [toHex(signer)] : [];
    });
    return {
      valid: checkEmergencySignatures(block.header, params),
      signatures: signatures.length,
      signatures_required: params.emergency.minSignatures,
      signers,
    };
  },
};
