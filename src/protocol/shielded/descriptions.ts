/** The fields of a Sapling spend that its proof and signature cover; a decoded transaction's spend has them. */
export interface SpendDescription {
  readonly cv: Uint8Array;
  readonly anchor: Uint8Array;
  readonly nullifier: Uint8Array;
  readonly rk: Uint8Array;
  /** Groth16, 192 bytes. */
  readonly proof: Uint8Array;
  readonly spendAuthSig: Uint8Array;
}

/** The fields of a Sapling output that its proof covers. */
export interface OutputDescription {
  readonly cv: Uint8Array;
  readonly cmu: Uint8Array;
  readonly ephemeralKey: Uint8Array;
  /** Groth16, 192 bytes. */
  readonly proof: Uint8Array;
}

/** The fields of a Sprout JoinSplit that its proof covers. Amounts in zatoshi. */
export interface JoinSplitDescription {
  readonly vpubOld: bigint;
  readonly vpubNew: bigint;
  readonly anchor: Uint8Array;
  readonly nullifiers: readonly [Uint8Array, Uint8Array];
  readonly commitments: readonly [Uint8Array, Uint8Array];
  readonly randomSeed: Uint8Array;
  readonly macs: readonly [Uint8Array, Uint8Array];
  /** Groth16 (192 bytes) in version 4, PHGR13 (296 bytes) before. */
  readonly proof: Uint8Array;
}
