import { NULL_OUTPOINT, type OutPoint } from "./outpoint.ts";

/** Version group ids of overwintered transactions (spec transactions.md section 2). */
export const OVERWINTER_GROUP_ID = 0x03c48270;
export const SAPLING_GROUP_ID = 0x892f2085;

export interface TxInput {
  readonly prevout: OutPoint;
  readonly scriptSig: Uint8Array;
  readonly sequence: number;
}

export interface TxOutput {
  /** Zatoshi. */
  readonly value: bigint;
  readonly script: Uint8Array;
}

/** 384 bytes on the wire; field lengths 32, 32, 32, 32, 192, 64. */
export interface SaplingSpend {
  readonly cv: Uint8Array;
  readonly anchor: Uint8Array;
  readonly nullifier: Uint8Array;
  readonly rk: Uint8Array;
  readonly proof: Uint8Array;
  readonly spendAuthSig: Uint8Array;
}

/** 948 bytes on the wire; field lengths 32, 32, 32, 580, 80, 192. */
export interface SaplingOutput {
  readonly cv: Uint8Array;
  readonly cmu: Uint8Array;
  readonly ephemeralKey: Uint8Array;
  readonly encCiphertext: Uint8Array;
  readonly outCiphertext: Uint8Array;
  readonly proof: Uint8Array;
}

/** Proof: 192 bytes (Groth16) in overwintered transactions of version 4 and up, else 296 (PHGR13). */
export interface JoinSplit {
  readonly vpubOld: bigint;
  readonly vpubNew: bigint;
  readonly anchor: Uint8Array;
  readonly nullifiers: readonly [Uint8Array, Uint8Array];
  readonly commitments: readonly [Uint8Array, Uint8Array];
  readonly ephemeralKey: Uint8Array;
  readonly randomSeed: Uint8Array;
  readonly macs: readonly [Uint8Array, Uint8Array];
  readonly proof: Uint8Array;
  /** Two of 601 bytes. */
  readonly ciphertexts: readonly [Uint8Array, Uint8Array];
}

export const FluxnodeType = { start: 2, confirm: 4 } as const;

/** Type bits of a version 6 START (spec fluxnodes.md 5.2). */
export const FluxTxVersionBit = { normal: 0x01, p2sh: 0x02, delegates: 0x100 } as const;

export const DelegateType = { none: 0, update: 1, signing: 2 } as const;

export interface DelegateData {
  /** The flag byte on the wire; without it nothing but the flag is there and the type stays 0. */
  readonly using: boolean;
  readonly version: number;
  readonly type: number;
  /** Keys in effective form; an invalid key is empty. */
  readonly keys: readonly Uint8Array[];
}

/** START of versions 5 and 6. Absent wire fields are empty, zero or the null outpoint. */
export interface FluxnodeStart {
  readonly kind: "start";
  readonly type: number;
  readonly collateral: OutPoint;
  /** Effective form (spec transactions.md section 1); empty when invalid or, in the P2SH layout, absent. */
  readonly collateralPublicKey: Uint8Array;
  /** The node key: signs CONFIRMs and PON blocks. */
  readonly publicKey: Uint8Array;
  readonly redeemScript: Uint8Array;
  /** Unix seconds. */
  readonly sigTime: number;
  readonly signature: Uint8Array;
  /** 0 in version 5. */
  readonly fluxTxVersion: number;
  readonly delegates: DelegateData | null;
}

export interface FluxnodeConfirm {
  readonly kind: "confirm";
  readonly type: number;
  readonly collateral: OutPoint;
  readonly sigTime: number;
  readonly benchmarkTier: number;
  readonly benchmarkSigTime: number;
  /** 0 initial, 1 update. */
  readonly updateType: number;
  /** Free text, one character per byte. */
  readonly ip: string;
  readonly signature: Uint8Array;
  readonly benchmarkSignature: Uint8Array;
}

/** A version 5/6 transaction whose type is neither START nor CONFIRM: nothing follows the type byte. */
export interface FluxnodeUntyped {
  readonly kind: "untyped";
  readonly type: number;
  readonly collateral: OutPoint;
}

export type FluxnodePayload = FluxnodeStart | FluxnodeConfirm | FluxnodeUntyped;

/** A decoded transaction of any version. `raw`, `txid` belong to exactly these fields. */
export interface Transaction {
  readonly overwintered: boolean;
  /** Low 31 bits of the header word. */
  readonly version: number;
  /** 0 unless overwintered. */
  readonly versionGroupId: number;
  readonly inputs: readonly TxInput[];
  readonly outputs: readonly TxOutput[];
  readonly lockTime: number;
  readonly expiryHeight: number;
  readonly valueBalance: bigint;
  readonly shieldedSpends: readonly SaplingSpend[];
  readonly shieldedOutputs: readonly SaplingOutput[];
  readonly joinSplits: readonly JoinSplit[];
  readonly joinSplitPubKey: Uint8Array;
  readonly joinSplitSig: Uint8Array;
  readonly bindingSig: Uint8Array;
  /** Set exactly for versions 5 and 6. */
  readonly fluxnode: FluxnodePayload | null;
  /** Canonical serialisation (for fluxnode transactions with keys and flags in effective form). */
  readonly raw: Uint8Array;
  /** Wire order; fluxnode signatures are left out of it. */
  readonly txid: Uint8Array;
}

/** True for one input with the null outpoint. */
export function isCoinbase(tx: Transaction): boolean {
  if (tx.inputs.length !== 1) return false;
  const { prevout } = tx.inputs[0] as TxInput;
  if (prevout.index !== NULL_OUTPOINT.index) return false;
  for (let i = 0; i < 32; i++) if (prevout.txid[i] !== 0) return false;
  return true;
}

/** True if any JoinSplit, shielded spend or shielded output is there. */
export function hasShieldedParts(tx: Transaction): boolean {
  return tx.joinSplits.length > 0 || tx.shieldedSpends.length > 0 || tx.shieldedOutputs.length > 0;
}
