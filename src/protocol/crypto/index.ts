export { base58checkDecode, base58checkEncode, base58Decode, base58Encode } from "./base58check.ts";
export { type Bech32Text, bech32Decode, bech32Encode } from "./bech32.ts";
export { blake2b, blake2bReference } from "./blake2b.ts";
export { parseDerSignature, type SignatureNumbers } from "./der-signature.ts";
export {
  ecdsaRecoverCompact,
  ecdsaSign,
  ecdsaSignCompact,
  ecdsaVerify,
  publicKeyCreate,
  publicKeyDecompress,
  publicKeyIsValid,
} from "./ecdsa.ts";
export {
  ecdsaRecoverCompactReference,
  ecdsaSignCompactReference,
  ecdsaSignReference,
  ecdsaVerifyReference,
  publicKeyCreateReference,
  publicKeyDecompressReference,
  publicKeyIsValidReference,
} from "./ecdsa-reference.ts";
export { ed25519Verify } from "./ed25519.ts";
export {
  type EquihashItem,
  type EquihashParameters,
  equihashParametersFor,
  equihashVerify,
  equihashVerifyBatch,
  equihashVerifyReference,
} from "./equihash.ts";
export {
  type EquihashFind,
  type EquihashProgress,
  type EquihashSearch,
  type EquihashTask,
  equihashSolverBytes,
  solveEquihash,
} from "./equihash-solver.ts";
export { hash160, hash160Reference, ripemd160, ripemd160Reference, sha1 } from "./hash160.ts";
export {
  type CompactSignature,
  recoverSigners,
  recoverSignersAsync,
  recoverSignersReference,
} from "./recover-signers.ts";
export {
  type MerkleRoot,
  merkleRoot,
  merkleRootReference,
  sha256,
  sha256d,
  sha256dRanges,
  sha256dRangesReference,
  sha256dReference,
  sha256Reference,
} from "./sha256.ts";
export { sipHash24 } from "./siphash.ts";
