/** One Equihash solution to check; `input` is the header without nonce and solution, then the nonce: 140 bytes. */
export interface EquihashItem {
  n: number;
  k: number;
  input: Uint8Array;
  solution: Uint8Array;
}

/** A nonce with a solution. */
export interface EquihashFind {
  nonce: Uint8Array;
  solution: Uint8Array;
}

export interface EquihashProgress {
  /** Nonces that are done. */
  nonces: number;
  /** Solutions found, whether they met the target or not. */
  solutions: number;
  /** How much of the present nonce is done, from 0 to 1; 0 for small parameter sets. */
  part: number;
}

/** A running search for Equihash solutions. */
export interface EquihashSearch {
  /** At most one find for a search with a target; what there is so far after {@link cancel}. */
  result: Promise<EquihashFind[]>;
  /** Ends the search within a fraction of a second. */
  cancel(): void;
  progress(): EquihashProgress;
}

/** What the run-time CPU detection chose, by topic; only topics that are compiled in are present. */
export interface NativeFeatures {
  arch: string;
  blake2b?: string;
  sha256?: string;
  secp256k1?: string;
  equihash?: string;
  [topic: string]: string | undefined;
}

/**
 * The exports of the C++ addon (native/). Every function checks the types and lengths of its arguments: a wrong type
 * throws TypeError, a wrong length throws RangeError, except where "false for anything invalid" is said.
 * All byte strings are in wire order.
 */
export interface NativeAddon {
  features(): NativeFeatures;

  /** Personalised unkeyed BLAKE2b. personal: 16 bytes; outLen 1..64. */
  blake2b(data: Uint8Array, outLen: number, personal: Uint8Array): Uint8Array;

  sha256(data: Uint8Array): Uint8Array;
  sha256d(data: Uint8Array): Uint8Array;
  ripemd160(data: Uint8Array): Uint8Array;
  /** RIPEMD-160 of SHA-256. */
  hash160(data: Uint8Array): Uint8Array;
  /**
   * SHA-256d of data[start, end) for each (start, end) pair; result 32*n bytes. RangeError on ranges outside data or
   * an odd number of offsets.
   */
  sha256dRanges(data: Uint8Array, ranges: Uint32Array): Uint8Array;
  /** Merkle tree over n concatenated 32-byte leaves, n >= 1. mutated: block-and-pow.md section 1.3. */
  merkleRoot(leaves: Uint8Array): { root: Uint8Array; mutated: boolean };

  /** false for anything invalid. */
  equihashVerify(n: number, k: number, input: Uint8Array, solution: Uint8Array): boolean;
  /** The same for many, in parallel on the thread pool; one byte (0 or 1) each. */
  equihashVerifyBatch(items: EquihashItem[]): Promise<Uint8Array>;

  /** Bytes of memory that {@link equihashSolve} takes. RangeError for (n, k) or a number of threads that it refuses. */
  equihashSolverBytes(n: number, k: number, threads: number): number;
  /**
   * Counts a nonce up until a solution meets the target, or, without a target, finds all solutions of `maxNonces` nonces.
   * Works on threads of its own. Every solution was verified. Throws an Error when there is not enough memory.
   * @param input header fields 1 to 6, then the first nonce, a little-endian number: 140 bytes
   * @param target 32 bytes; the block hash must not exceed it, both as little-endian numbers
   * @param threads 1..256
   * @param maxNonces nonces to try at most; 0, which needs a target, for no limit
   */
  equihashSolve(
    n: number,
    k: number,
    input: Uint8Array,
    target: Uint8Array | null,
    threads: number,
    maxNonces: number,
  ): EquihashSearch;

  /**
   * ECDSA over a 32-byte digest. The DER signature is read by libsecp256k1's strict parser, high S is accepted; the
   * public key has 33 or 65 bytes including the hybrid form. false for anything invalid.
   */
  ecdsaVerify(digest: Uint8Array, derSignature: Uint8Array, publicKey: Uint8Array): boolean;
  /** Deterministic (RFC 6979), low S; returns DER. RangeError for an invalid key or digest length. */
  ecdsaSign(digest: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** 65-byte compact signature: header 27 + recovery id + (compressed ? 4 : 0), r, s. RangeError as for ecdsaSign. */
  ecdsaSignCompact(digest: Uint8Array, secretKey: Uint8Array, compressed: boolean): Uint8Array;
  /**
   * The key that made a 65-byte compact signature, compressed or not as its header says (only the header modulo 8
   * counts, fluxnodes.md section 6.1); null if there is none.
   */
  ecdsaRecoverCompact(digest: Uint8Array, signature: Uint8Array): Uint8Array | null;
  /**
   * ecdsaRecoverCompact for many signatures, several times faster than one by one. `packed` has 97 bytes for each: digest
   * (32) and signature (65); RangeError for another length. The result has 66 bytes for each: the length of the key (33
   * or 65, 0 if there is none), then the key, padded with zeros.
   */
  recoverSigners(packed: Uint8Array): Uint8Array;
  /** {@link recoverSigners} on the thread pool. */
  recoverSignersAsync(packed: Uint8Array): Promise<Uint8Array>;
  /** RangeError for an invalid secret key. */
  publicKeyCreate(secretKey: Uint8Array, compressed: boolean): Uint8Array;
  /** Full curve check of a 33- or 65-byte key including the hybrid form. */
  publicKeyIsValid(publicKey: Uint8Array): boolean;
  /** To the 65-byte form 04…; null for an invalid key. */
  publicKeyDecompress(publicKey: Uint8Array): Uint8Array | null;

  /**
   * Verifies everything a block needs on the thread pool. Resolves to -1 if all entries are valid, else to the index
   * of the first invalid one. Rejects with RangeError on a malformed buffer.
   *
   * `packed`, little endian: u32 txCount, then per transaction u32 branchId, u32 rawLen, raw bytes (wire form, common
   * layout, never a fluxnode transaction); u32 sigCount, then per entry u32 txIndex; if it is 0xffffffff a 32-byte
   * digest, else u32 inputIndex, i64 amount, u32 scriptCodeLen, scriptCode; then u8 hashType, u8 derLen, DER without
   * the hash-type byte, u8 keyLen, public key.
   */
  verifySignatures(packed: Uint8Array): Promise<number>;

  /**
   * The signature hash of transactions.md section 6 for one transparent input, or for none when inputIndex is -1
   * (JoinSplit and Sapling signatures, with hash type 1). hashType is the whole int32. null when there is no
   * hash: input index out of range, or legacy SINGLE without a matching output. RangeError for bytes that are not
   * one transaction in the common layout.
   */
  signatureHash(
    rawTransaction: Uint8Array,
    branchId: number,
    inputIndex: number,
    scriptCode: Uint8Array,
    amount: bigint,
    hashType: number,
  ): Uint8Array | null;
}
