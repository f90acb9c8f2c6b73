export { BloomFilter, FilterUpdate, MAX_FILTER_BYTES, MAX_FILTER_HASHES } from "./bloom-filter.ts";
export { murmurHash3 } from "./murmur-hash.ts";
export { type MerkleProof, readPartialMerkleTree, writePartialMerkleTree } from "./partial-merkle-tree.ts";
export { matchTransaction } from "./transaction-match.ts";
