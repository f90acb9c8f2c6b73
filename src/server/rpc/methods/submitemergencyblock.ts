import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { isPonHeight } from "../../../protocol/params/index.ts";
import { checkEmergencySignatures } from "../../../protocol/rules/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { emergencyBlockOfHex } from "../emergency-block.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

function refuse(message: string): RpcError {
  return new RpcError(RpcErrorCode.verify, message);
}

export const submitemergencyblock: RpcMethod = {
  name: "submitemergencyblock",
  category: "emergencyblock",
  summary: "Hands in an emergency block that has its signatures.",
  params: [{ name: "blockhex", type: "string", description: "serialised block" }],
  result: "the hash of the block",
  call: async (args, { chain }) => {
    const block = emergencyBlockOfHex(args.string(0), chain.params);
    if (!checkEmergencySignatures(block.header, chain.params)) {
      throw refuse("Emergency block has invalid or insufficient signatures");
    }
    if (!isPonHeight(chain.params, chain.height + 1)) {
      throw refuse("Emergency block not allowed at current height/time");
    }
    const { known, reject } = await chain.submitBlock(block.raw);
    if (known === "invalid") throw refuse("Block has been previously rejected");
    if (reject) throw refuse(reject.reason);
    return toDisplayHash(block.header.hash);
  },
};
