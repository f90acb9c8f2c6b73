import fc from "fast-check";
import {
  makeTransaction,
  OVERWINTER_GROUP_ID,
  SAPLING_GROUP_ID,
  type Transaction,
  type TransactionFields,
} from "../../../../src/protocol/primitives/index.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const pair = (length: number) => fc.tuple(bytes(length), bytes(length));
const amount = fc.bigInt({ min: 0n, max: 44_000_000_000_000_000n });
const u32 = fc.nat(0xffffffff);
const script = fc.uint8Array({ maxLength: 40 });
const EMPTY = new Uint8Array(0);

const input = fc.record({
  prevout: fc.record({ txid: bytes(32), index: u32 }),
  scriptSig: script,
  sequence: u32,
});
const output = fc.record({ value: amount, script });
const spend = fc.record({
  cv: bytes(32),
  anchor: bytes(32),
  nullifier: bytes(32),
  rk: bytes(32),
  proof: bytes(192),
  spendAuthSig: bytes(64),
});
const shieldedOutput = fc.record({
  cv: bytes(32),
  cmu: bytes(32),
  ephemeralKey: bytes(32),
  encCiphertext: bytes(580),
  outCiphertext: bytes(80),
  proof: bytes(192),
});

/** The lead bytes of a PHGR13 proof's points are part of its wire format. */
function withLeadBytes(proof: Uint8Array): Uint8Array {
  let at = 0;
  for (const size of [33, 33, 65, 33, 33, 33, 33, 33]) {
    proof[at] = size === 65 ? 0x0a : 0x02;
    at += size;
  }
  return proof;
}

function joinSplit(groth16: boolean) {
  return fc.record({
    vpubOld: amount,
    vpubNew: amount,
    anchor: bytes(32),
    nullifiers: pair(32),
    commitments: pair(32),
    ephemeralKey: bytes(32),
    randomSeed: bytes(32),
    macs: pair(32),
    proof: groth16 ? bytes(192) : bytes(296).map(withLeadBytes),
    ciphertexts: pair(601),
  });
}

function fieldsOf(version: number, versionGroupId: number): fc.Arbitrary<TransactionFields> {
  const overwintered = versionGroupId !== 0;
  const sapling = version === 4 && overwintered;
  const none = fc.constant([]);
  return fc
    .record({
      inputs: fc.array(input, { minLength: 1, maxLength: 4 }),
      outputs: fc.array(output, { maxLength: 4 }),
      lockTime: u32,
      expiryHeight: overwintered ? u32 : fc.constant(0),
      valueBalance: sapling ? amount : fc.constant(0n),
      shieldedSpends: sapling ? fc.array(spend, { maxLength: 2 }) : none,
      shieldedOutputs: sapling ? fc.array(shieldedOutput, { maxLength: 2 }) : none,
      joinSplits: version >= 2 ? fc.array(joinSplit(sapling), { maxLength: 2 }) : none,
      joinSplitPubKey: bytes(32),
      joinSplitSig: bytes(64),
      bindingSig: bytes(64),
    })
    .map((fields) => ({
      ...fields,
      overwintered,
      version,
      versionGroupId,
      joinSplitPubKey: fields.joinSplits.length > 0 ? fields.joinSplitPubKey : EMPTY,
      joinSplitSig: fields.joinSplits.length > 0 ? fields.joinSplitSig : EMPTY,
      bindingSig: fields.shieldedSpends.length + fields.shieldedOutputs.length > 0 ? fields.bindingSig : EMPTY,
      fluxnode: null,
    }));
}

/** Transactions of every version that a signature hash exists for, with JoinSplits and shielded parts. */
export const anyTransaction: fc.Arbitrary<Transaction> = fc
  .oneof(
    fieldsOf(1, 0),
    fieldsOf(2, 0),
    fieldsOf(4, 0),
    fieldsOf(0x7fffffff, 0),
    fieldsOf(3, OVERWINTER_GROUP_ID),
    fieldsOf(4, SAPLING_GROUP_ID),
  )
  .map(makeTransaction);
