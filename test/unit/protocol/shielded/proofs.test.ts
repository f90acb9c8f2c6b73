import { describe, expect, test } from "bun:test";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import fc from "fast-check";
import { concatBytes, fromHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { ed25519Verify } from "../../../../src/protocol/crypto/index.ts";
import {
  firstFailingShieldedJob,
  type JoinSplitDescription,
  type RandomBytes,
  type ShieldedJob,
  shieldedJobs,
  verifyBindingSignature,
  verifyJoinSplitProof,
  verifySaplingOutput,
  verifySaplingSpend,
} from "../../../../src/protocol/shielded/index.ts";
import { prepareClaim } from "../../../../src/protocol/shielded/proofs/groth16.ts";
import { joinSplitHash } from "../../../../src/protocol/shielded/proofs/sprout.ts";
import { REAL_TRANSACTIONS, realTransaction } from "./real-transactions.ts";
import { flipBit, readVectors } from "./vectors.ts";

const randomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

interface SproutVectors {
  joinSplit: {
    anchor: string;
    nullifiers: [string, string];
    commitments: [string, string];
    randomSeed: string;
    macs: [string, string];
    proof: string;
    vpubOld: number;
    vpubNew: number;
  };
  joinSplitPubKey: string;
  hSig: [string, string, string, string, string][];
}

const sprout = readVectors<SproutVectors>("sprout-groth16.json");
const pair = ([a, b]: [string, string]): [Uint8Array, Uint8Array] => [fromHex(a), fromHex(b)];
const joinSplit: JoinSplitDescription = {
  vpubOld: BigInt(sprout.joinSplit.vpubOld),
  vpubNew: BigInt(sprout.joinSplit.vpubNew),
  anchor: fromHex(sprout.joinSplit.anchor),
  nullifiers: pair(sprout.joinSplit.nullifiers),
  commitments: pair(sprout.joinSplit.commitments),
  randomSeed: fromHex(sprout.joinSplit.randomSeed),
  macs: pair(sprout.joinSplit.macs),
  proof: fromHex(sprout.joinSplit.proof),
};
const joinSplitPubKey = fromHex(sprout.joinSplitPubKey);

/** The Flux transaction: two spends, one output, 56.24999 coins leave the pool. */
const { tx, sighash } = realTransaction(0);
const spend = tx.shieldedSpends[0] as (typeof tx.shieldedSpends)[0];
const output = tx.shieldedOutputs[0] as (typeof tx.shieldedOutputs)[0];

/** Bits spread over a field of this many bytes; always the first and the last one. */
function bitsOf(length: number): number[] {
  return [0, 7, 8 * length - 8, 8 * length - 1, (13 * length) % (8 * length), (29 * length) % (8 * length)];
}

describe("real transactions", () => {
  test.each(REAL_TRANSACTIONS.map((real) => [real.note, real] as const))("%s", (_note, { tx, txid, sighash }) => {
    expect(toDisplayHash(tx.txid)).toBe(txid);
    const jobs = shieldedJobs(tx, 4, sighash);
    expect(jobs.length).toBeGreaterThan(0);
    expect(firstFailingShieldedJob(jobs, randomBytes)).toBeNull();
    for (const spend of tx.shieldedSpends) expect(verifySaplingSpend(spend, sighash)).toBe(true);
    for (const output of tx.shieldedOutputs) expect(verifySaplingOutput(output)).toBe(true);
    for (const joinSplit of tx.joinSplits) expect(verifyJoinSplitProof(joinSplit, tx.joinSplitPubKey)).toBe(true);
    if (tx.joinSplits.length > 0) expect(ed25519Verify(sighash, tx.joinSplitSig, tx.joinSplitPubKey)).toBe(true);
    if (tx.joinSplits.length === 0) {
      const { shieldedSpends, shieldedOutputs, valueBalance, bindingSig } = tx;
      expect(verifyBindingSignature(shieldedSpends, shieldedOutputs, valueBalance, bindingSig, sighash)).toBe(true);
      expect(verifyBindingSignature(shieldedSpends, shieldedOutputs, valueBalance + 1n, bindingSig, sighash)).toBe(
        false,
      );
      expect(verifyBindingSignature(shieldedSpends, shieldedOutputs, -valueBalance, bindingSig, sighash)).toBe(false);
    }
  });
});

describe("Sapling spend", () => {
  test.each(["cv", "anchor", "nullifier", "rk", "proof", "spendAuthSig"] as const)(
    "a turned bit in %s fails",
    (field) => {
      for (const bit of bitsOf(spend[field].length)) {
        expect(verifySaplingSpend({ ...spend, [field]: flipBit(spend[field], bit) }, sighash)).toBe(false);
      }
    },
  );

  test("a turned bit in the signature hash fails", () => {
    for (const bit of bitsOf(32)) expect(verifySaplingSpend(spend, flipBit(sighash, bit))).toBe(false);
  });

  test("fields of another spend fail", () => {
    const other = tx.shieldedSpends[1] as typeof spend;
    expect(verifySaplingSpend({ ...spend, proof: other.proof }, sighash)).toBe(false);
    expect(verifySaplingSpend({ ...spend, spendAuthSig: other.spendAuthSig }, sighash)).toBe(false);
    expect(verifySaplingSpend({ ...spend, rk: other.rk, spendAuthSig: other.spendAuthSig }, sighash)).toBe(false);
  });

  test("any field of another length fails", () => {
    for (const field of ["cv", "anchor", "nullifier", "rk", "proof", "spendAuthSig"] as const) {
      for (const bytes of [spend[field].subarray(1), concatBytes(spend[field], new Uint8Array(1)), new Uint8Array(0)]) {
        expect(verifySaplingSpend({ ...spend, [field]: bytes }, sighash)).toBe(false);
      }
    }
  });

  test("an anchor that is not below the field order fails, also if it is the right one plus the order", () => {
    const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
    const value = BigInt(`0x${toDisplayHash(spend.anchor)}`) + order;
    const anchor = fromHex(value.toString(16).padStart(64, "0")).reverse();
    expect(value < 2n ** 256n).toBe(true);
    expect(verifySaplingSpend({ ...spend, anchor }, sighash)).toBe(false);
  });
});

describe("Sapling output", () => {
  test.each(["cv", "cmu", "ephemeralKey", "proof"] as const)("a turned bit in %s fails", (field) => {
    for (const bit of bitsOf(output[field].length)) {
      expect(verifySaplingOutput({ ...output, [field]: flipBit(output[field], bit) })).toBe(false);
    }
  });

  test("any field of another length fails", () => {
    for (const field of ["cv", "cmu", "ephemeralKey", "proof"] as const) {
      expect(verifySaplingOutput({ ...output, [field]: output[field].subarray(1) })).toBe(false);
    }
  });
});

describe("binding signature", () => {
  const { shieldedSpends, shieldedOutputs, valueBalance, bindingSig } = tx;

  test("a turned bit in the signature or the signature hash fails", () => {
    for (const bit of bitsOf(64)) {
      const wrong = flipBit(bindingSig, bit);
      expect(verifyBindingSignature(shieldedSpends, shieldedOutputs, valueBalance, wrong, sighash)).toBe(false);
    }
    for (const bit of bitsOf(32)) {
      const wrong = flipBit(sighash, bit);
      expect(verifyBindingSignature(shieldedSpends, shieldedOutputs, valueBalance, bindingSig, wrong)).toBe(false);
    }
  });

  test("a missing, repeated or misplaced commitment fails", () => {
    const check = (spends: typeof shieldedSpends, outputs: { cv: Uint8Array }[]) =>
      verifyBindingSignature(spends, outputs, valueBalance, bindingSig, sighash);
    expect(check(shieldedSpends, [...shieldedOutputs])).toBe(true);
    expect(check(shieldedSpends.toReversed(), [...shieldedOutputs])).toBe(true);
    expect(check(shieldedSpends.slice(1), [...shieldedOutputs])).toBe(false);
    expect(check(shieldedSpends, [])).toBe(false);
    expect(check(shieldedSpends, [...shieldedOutputs, ...shieldedOutputs])).toBe(false);
    expect(check(shieldedSpends, [...shieldedSpends])).toBe(false);
    expect(check(shieldedSpends, [{ cv: new Uint8Array(32).fill(0xff) }])).toBe(false);
  });

  test("every value balance but the right one fails, the extremes of 64 bits included", () => {
    const check = (value: bigint) =>
      verifyBindingSignature(shieldedSpends, shieldedOutputs, value, bindingSig, sighash);
    expect(check(valueBalance)).toBe(true);
    for (const value of [0n, -valueBalance, 2n ** 63n - 1n, -(2n ** 63n) + 1n, -(2n ** 63n)])
      expect(check(value)).toBe(false);
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => check(value) === (value === valueBalance)),
      { numRuns: 10 },
    );
  });
});

describe("JoinSplit proof", () => {
  test("the public vector verifies", () => {
    expect(verifyJoinSplitProof(joinSplit, joinSplitPubKey)).toBe(true);
  });

  test.each(["anchor", "randomSeed", "proof"] as const)("a turned bit in %s fails", (field) => {
    for (const bit of bitsOf(joinSplit[field].length)) {
      expect(verifyJoinSplitProof({ ...joinSplit, [field]: flipBit(joinSplit[field], bit) }, joinSplitPubKey)).toBe(
        false,
      );
    }
  });

  test.each(["nullifiers", "commitments", "macs"] as const)("a turned bit in %s or their order fails", (field) => {
    const [first, second] = joinSplit[field];
    expect(verifyJoinSplitProof({ ...joinSplit, [field]: [second, first] }, joinSplitPubKey)).toBe(false);
    for (const bit of bitsOf(32)) {
      expect(verifyJoinSplitProof({ ...joinSplit, [field]: [flipBit(first, bit), second] }, joinSplitPubKey)).toBe(
        false,
      );
      expect(verifyJoinSplitProof({ ...joinSplit, [field]: [first, flipBit(second, bit)] }, joinSplitPubKey)).toBe(
        false,
      );
    }
  });

  test("another public key, amount or length fails", () => {
    expect(verifyJoinSplitProof(joinSplit, flipBit(joinSplitPubKey, 0))).toBe(false);
    for (const change of [{ vpubOld: 11n }, { vpubOld: -10n }, { vpubNew: 1n }, { vpubOld: 0n, vpubNew: 10n }]) {
      expect(verifyJoinSplitProof({ ...joinSplit, ...change }, joinSplitPubKey)).toBe(false);
    }
    expect(verifyJoinSplitProof(joinSplit, joinSplitPubKey.subarray(1))).toBe(false);
    expect(verifyJoinSplitProof({ ...joinSplit, anchor: new Uint8Array(31) }, joinSplitPubKey)).toBe(false);
  });

  test("a PHGR13 proof passes whatever it holds, no other length does", () => {
    expect(verifyJoinSplitProof({ ...joinSplit, proof: new Uint8Array(296) }, joinSplitPubKey)).toBe(true);
    for (const length of [0, 191, 193, 295, 297]) {
      expect(verifyJoinSplitProof({ ...joinSplit, proof: new Uint8Array(length) }, joinSplitPubKey)).toBe(false);
    }
  });

  test("h_sig as the reference computes it", () => {
    for (const row of sprout.hSig) {
      const [seed, first, second, key] = row.map((hex) => fromHex(hex).reverse()) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect(toDisplayHash(joinSplitHash(seed, [first, second], key))).toBe(row[4]);
    }
  });
});

describe("proof encoding", () => {
  const infinityG1 = [0xc0, ...new Uint8Array(47)];
  const infinityG2 = [0xc0, ...new Uint8Array(95)];
  const withPart = (offset: number, bytes: ArrayLike<number>): Uint8Array => {
    const proof = joinSplit.proof.slice();
    proof.set(bytes, offset);
    return proof;
  };
  const decodes = (proof: Uint8Array) => prepareClaim({ statement: "sprout", inputs: [], proof }) !== null;
  const { Fp } = bls12_381.fields;
  const modulus = fromHex(Fp.ORDER.toString(16).padStart(96, "0"));
  const compressed = (x: bigint) => {
    const bytes = fromHex(x.toString(16).padStart(96, "0"));
    bytes[0] = (bytes[0] as number) | 0x80;
    return bytes;
  };

  test("takes valid points, also of the other sign", () => {
    expect(decodes(joinSplit.proof)).toBe(true);
    expect(decodes(flipBit(joinSplit.proof, 5))).toBe(true);
    expect(decodes(flipBit(joinSplit.proof, 8 * 48 + 5))).toBe(true);
  });

  test.each([
    ["A at infinity", withPart(0, infinityG1)],
    ["B at infinity", withPart(48, infinityG2)],
    ["C at infinity", withPart(144, infinityG1)],
    ["A flagged uncompressed", withPart(0, [(joinSplit.proof[0] as number) & 0x7f])],
    ["B flagged uncompressed", withPart(48, [(joinSplit.proof[48] as number) & 0x7f])],
    ["A flagged as infinity", withPart(0, [(joinSplit.proof[0] as number) | 0x40])],
    ["A with a coordinate equal to the modulus", withPart(0, compressed(Fp.ORDER))],
    ["B with a coordinate equal to the modulus", withPart(96, modulus)],
    ["B with flags on the second coordinate", withPart(96, [(joinSplit.proof[96] as number) | 0x80])],
    ["nothing but zeros", new Uint8Array(192)],
    ["a byte too few", joinSplit.proof.subarray(1)],
    ["a byte too many", concatBytes(joinSplit.proof, new Uint8Array(1))],
  ])("refuses %s", (_name, proof) => {
    expect(decodes(proof)).toBe(false);
  });

  test("refuses points of G1 off the curve and outside the prime-order subgroup, and takes a multiple of the cofactor", () => {
    const cofactor = bls12_381.G1.Point.CURVE().h;
    let onCurve = 0;
    for (let x = 0n; x < 12n; x++) {
      // The first point of the subgroup has a far larger coordinate.
      expect(decodes(withPart(0, compressed(x)))).toBe(false);
      const ySquared = Fp.add(Fp.mul(Fp.sqr(x), x), 4n);
      // (0, 2) has order 3, so its multiple is the point at infinity.
      if (x === 0n || !Fp.eql(Fp.pow(ySquared, (Fp.ORDER - 1n) / 2n), Fp.ONE)) continue;
      onCurve++;
      const point = bls12_381.G1.Point.fromAffine({ x, y: Fp.sqrt(ySquared) });
      expect(decodes(withPart(0, point.multiplyUnsafe(cofactor).toBytes(true)))).toBe(true);
    }
    expect(onCurve).toBeGreaterThan(2);
  });

  test("refuses points of G2 outside the prime-order subgroup", () => {
    const { Fp2 } = bls12_381.fields;
    const { b } = bls12_381.G2.Point.CURVE();
    let onCurve = 0;
    for (let c0 = 1n; c0 < 12n; c0++) {
      const x = { c0, c1: 0n };
      const bytes = concatBytes(compressed(0n), fromHex(c0.toString(16).padStart(96, "0")));
      expect(decodes(withPart(48, bytes))).toBe(false);
      try {
        Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
        onCurve++;
      } catch {
        // Off the curve: refused for that reason.
      }
    }
    expect(onCurve).toBeGreaterThan(2);
  });
});

describe("batches", () => {
  const jobs = REAL_TRANSACTIONS.flatMap(({ tx, sighash }, i) => shieldedJobs(tx, i, sighash));
  jobs.push({ kind: "joinsplit", txIndex: REAL_TRANSACTIONS.length, joinSplit, joinSplitPubKey });

  /** Makes a job fail, early (`cheap`: encodings) or only in the pairing. */
  function broken(job: ShieldedJob, cheap: boolean): ShieldedJob {
    switch (job.kind) {
      case "spend":
        return cheap
          ? { ...job, sighash: flipBit(job.sighash, 3) }
          : { ...job, spend: { ...job.spend, nullifier: flipBit(job.spend.nullifier, 77) } };
      case "output":
        return cheap
          ? { ...job, output: { ...job.output, cv: new Uint8Array(32) } }
          : { ...job, output: { ...job.output, cmu: flipBit(job.output.cmu, 0) } };
      case "joinsplit":
        return cheap
          ? { ...job, joinSplit: { ...job.joinSplit, proof: new Uint8Array(192) } }
          : { ...job, joinSplit: { ...job.joinSplit, vpubNew: job.joinSplit.vpubNew + 1n } };
      case "binding":
        return { ...job, valueBalance: job.valueBalance + 1n };
    }
  }

  test("all kinds together pass", () => {
    expect(new Set(jobs.map(({ kind }) => kind))).toEqual(new Set(["spend", "output", "binding", "joinsplit"]));
    expect(firstFailingShieldedJob(jobs, randomBytes)).toBeNull();
    expect(firstFailingShieldedJob([], randomBytes)).toBeNull();
  });

  test("the first failing job is named, whatever fails and wherever", () => {
    const index = fc.nat(jobs.length - 1);
    const breaks = fc.uniqueArray(fc.tuple(index, fc.boolean()), { minLength: 1, maxLength: 3, selector: ([i]) => i });
    fc.assert(
      fc.property(breaks, (broke) => {
        const set = [...jobs];
        for (const [i, cheap] of broke) set[i] = broken(jobs[i] as ShieldedJob, cheap);
        return firstFailingShieldedJob(set, randomBytes) === Math.min(...broke.map(([i]) => i));
      }),
      { numRuns: 12 },
    );
  });

  test("two proofs that are wrong in opposite ways do not cancel out", () => {
    // Swapped proofs: a sum without random powers could miss some of such pairs.
    const spends = jobs.filter((job) => job.kind === "spend");
    const [a, b] = spends as [(typeof spends)[0], (typeof spends)[0]];
    const swapped: ShieldedJob[] = [
      { ...a, spend: { ...a.spend, proof: b.spend.proof } },
      { ...b, spend: { ...b.spend, proof: a.spend.proof } },
    ];
    expect(firstFailingShieldedJob(swapped, randomBytes)).toBe(0);
  });

  test("a random source of zeros does not switch the check off", () => {
    const set = jobs.map((job, i) => (i === 2 ? broken(job, false) : job));
    expect(firstFailingShieldedJob(set, (length) => new Uint8Array(length))).toBe(2);
  });
});
