import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { isPonHeight } from "../../../protocol/params/index.ts";
import { completeBlock } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const createemergencyblock: RpcMethod = {
  name: "createemergencyblock",
  category: "emergencyblock",
  summary: "A block for the next height that holders of emergency keys can sign instead of a node.",
  params: [],
  result: "an object with the block in hex and what it needs",
  call: async (_args, { chain }) => {
    const { params } = chain;
    if (!isPonHeight(params, chain.height + 1)) {
      throw new RpcError(RpcErrorCode.misc, "Emergency block not allowed at current height/time");
    }
    const template = await chain.emergencyTemplate();
    const { header, raw } = completeBlock(template, template.header);
    return {
      hex: toHex(raw),
      hash: toDisplayHash(header.hash),
      height: template.height,
      collateral: toDisplayHash(params.emergency.collateral.txid),
      signatures_required: params.emergency.minSignatures,
      authorized_keys: params.emergency.publicKeys.map(toHex),
    };
  },
};
