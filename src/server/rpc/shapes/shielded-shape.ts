import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import type { JoinSplit, SaplingOutput, SaplingSpend, Transaction } from "../../../protocol/primitives/index.ts";
import { Amount, type JsonObject } from "../json-writer.ts";

function joinSplitShape(joinSplit: JoinSplit): JsonObject {
  return {
    vpub_old: new Amount(joinSplit.vpubOld),
    vpub_oldZat: joinSplit.vpubOld,
    vpub_new: new Amount(joinSplit.vpubNew),
    vpub_newZat: joinSplit.vpubNew,
    anchor: toDisplayHash(joinSplit.anchor),
    nullifiers: joinSplit.nullifiers.map(toDisplayHash),
    commitments: joinSplit.commitments.map(toDisplayHash),
    onetimePubKey: toDisplayHash(joinSplit.ephemeralKey),
    randomSeed: toDisplayHash(joinSplit.randomSeed),
    macs: joinSplit.macs.map(toDisplayHash),
    proof: toHex(joinSplit.proof),
    ciphertexts: joinSplit.ciphertexts.map(toHex),
  };
}

function spendShape(spend: SaplingSpend): JsonObject {
  return {
    cv: toDisplayHash(spend.cv),
    anchor: toDisplayHash(spend.anchor),
    nullifier: toDisplayHash(spend.nullifier),
    rk: toDisplayHash(spend.rk),
    proof: toHex(spend.proof),
    spendAuthSig: toHex(spend.spendAuthSig),
  };
}

function outputShape(output: SaplingOutput): JsonObject {
  return {
    cv: toDisplayHash(output.cv),
    cmu: toDisplayHash(output.cmu),
    ephemeralKey: toDisplayHash(output.ephemeralKey),
    encCiphertext: toHex(output.encCiphertext),
    outCiphertext: toHex(output.outCiphertext),
    proof: toHex(output.proof),
  };
}

/** The shielded parts of an ordinary transaction; the Sapling ones only where the version has them. */
export function shieldedShape(tx: Transaction): JsonObject {
  const joinSplits = { vJoinSplit: tx.joinSplits.map(joinSplitShape) };
  if (!tx.overwintered || tx.version < 4) return joinSplits;
  const bound = tx.shieldedSpends.length > 0 || tx.shieldedOutputs.length > 0;
  return {
    ...joinSplits,
    valueBalance: new Amount(tx.valueBalance),
    valueBalanceZat: tx.valueBalance,
    vShieldedSpend: tx.shieldedSpends.map(spendShape),
    vShieldedOutput: tx.shieldedOutputs.map(outputShape),
    bindingSig: bound ? toHex(tx.bindingSig) : undefined,
  };
}
