import { ByteReader, DecodeError, equalBytes, toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type MerkleProof, readPartialMerkleTree } from "../../../protocol/filters/index.ts";
import { type BlockHeader, readHeader } from "../../../protocol/primitives/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

function readProof(bytes: Uint8Array): { readonly header: BlockHeader; readonly proof: MerkleProof | null } {
  try {
    const reader = new ByteReader(bytes);
    return { header: readHeader(reader), proof: readPartialMerkleTree(reader) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RpcError(RpcErrorCode.misc, `the proof cannot be read: ${error.message}`);
  }
}

export const verifytxoutproof: RpcMethod = {
  name: "verifytxoutproof",
  category: "blockchain",
  summary: "Checks a proof made by gettxoutproof.",
  params: [{ name: "proof", type: "string", description: "the proof in hex" }],
  result: "the ids of the proven transactions; empty if the proof is not valid",
  call: reading((reader, args) => {
    const { header, proof } = readProof(args.hexBytes(0, "proof"));
    if (!proof || !equalBytes(proof.root, header.merkleRoot)) return [];
    const entry = reader.entry(header.hash);
    if (!entry || !reader.isActive(entry)) {
      throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Block not found in chain");
    }
    return proof.matches.map(toDisplayHash);
  }),
};
