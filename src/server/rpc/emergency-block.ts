import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Block, BlockHeader, PonProof } from "../../protocol/primitives/index.ts";
import { decodeEmergencySignatures, isEmergencyBlock } from "../../protocol/rules/index.ts";
import { blockOfHex } from "./decode-hex.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** A block by Proof of Node. */
export type PonBlock = Block & { readonly header: BlockHeader & { readonly proof: PonProof } };

/** More than this many are no signatures: the field that holds them is not that long. */
const MAX_SIGNATURES = 512;

/** The emergency block that hex text begins with. @throws RpcError -22, -8 */
export function emergencyBlockOfHex(text: string, params: NetworkParams): PonBlock {
  const block = blockOfHex(text);
  if (isEmergencyBlock(block.header, params)) return block as PonBlock;
  throw new RpcError(RpcErrorCode.invalidParameter, "Block is not an emergency block");
}

/** The signatures that an emergency block carries, good or not. */
export function signaturesOf({ header }: PonBlock): Uint8Array[] {
  const { signature } = header.proof;
  return signature.length === 0 ? [] : (decodeEmergencySignatures(signature, MAX_SIGNATURES) ?? []);
}
