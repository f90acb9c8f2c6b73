import {
  type JoinSplit,
  makeTransaction,
  NULL_OUTPOINT,
  SAPLING_GROUP_ID,
  type SaplingOutput,
  type SaplingSpend,
  type Transaction,
  type TransactionFields,
  type TxInput,
  type TxOutput,
} from "../../../../src/protocol/primitives/index.ts";

const EMPTY = new Uint8Array(0);
const bytes = (length: number, fill = 1) => new Uint8Array(length).fill(fill);

export const input = (index = 0, scriptSig = EMPTY, sequence = 0xffffffff): TxInput => ({
  prevout: { txid: bytes(32, 7), index },
  scriptSig,
  sequence,
});

export const output = (value: bigint, script = EMPTY): TxOutput => ({ value, script });

export const spend = (nullifier = 1): SaplingSpend => ({
  cv: bytes(32),
  anchor: bytes(32),
  nullifier: bytes(32, nullifier),
  rk: bytes(32),
  proof: bytes(192),
  spendAuthSig: bytes(64),
});

export const shieldedOutput: SaplingOutput = {
  cv: bytes(32),
  cmu: bytes(32),
  ephemeralKey: bytes(32),
  encCiphertext: bytes(580),
  outCiphertext: bytes(80),
  proof: bytes(192),
};

export function joinSplit(vpubOld: bigint, vpubNew: bigint, nullifiers: readonly [number, number] = [1, 2]): JoinSplit {
  return {
    vpubOld,
    vpubNew,
    anchor: bytes(32),
    nullifiers: [bytes(32, nullifiers[0]), bytes(32, nullifiers[1])],
    commitments: [bytes(32), bytes(32)],
    ephemeralKey: bytes(32),
    randomSeed: bytes(32),
    macs: [bytes(32), bytes(32)],
    proof: bytes(192),
    ciphertexts: [bytes(601), bytes(601)],
  };
}

const SAPLING: TransactionFields = {
  overwintered: true,
  version: 4,
  versionGroupId: SAPLING_GROUP_ID,
  inputs: [input()],
  outputs: [output(1n)],
  lockTime: 0,
  expiryHeight: 0,
  valueBalance: 0n,
  shieldedSpends: [],
  shieldedOutputs: [],
  joinSplits: [],
  joinSplitPubKey: bytes(32),
  joinSplitSig: bytes(64),
  bindingSig: bytes(64),
  fluxnode: null,
};

/** A Sapling transaction with one input and one output, but for the change. */
export const sapling = (change: Partial<TransactionFields> = {}): Transaction =>
  makeTransaction({ ...SAPLING, ...change });

/** The same of version 1. */
export const version1 = (change: Partial<TransactionFields> = {}): Transaction =>
  sapling({ overwintered: false, version: 1, versionGroupId: 0, ...change });

export const coinbase = (scriptSig = bytes(2), change: Partial<TransactionFields> = {}): Transaction =>
  sapling({ inputs: [{ prevout: NULL_OUTPOINT, scriptSig, sequence: 0xffffffff }], ...change });

/** A version 5 or 6 transaction that says nothing. */
export const fluxnode = (payload: Transaction["fluxnode"], version = 5): Transaction =>
  makeTransaction({
    ...SAPLING,
    overwintered: false,
    version,
    versionGroupId: 0,
    inputs: [],
    outputs: [],
    fluxnode: payload,
  });
