import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { toHex } from "../../../../src/protocol/bytes/index.ts";
import { hash160, publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import { makeTransaction, type PrivateKey, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import {
  CONSENSUS_FLAGS,
  checkInput,
  combineSignatures,
  hasLowS,
  isStrictDerSignature,
  KeyRing,
  keyDestination,
  multisigScript,
  payToPublicKey,
  payToScriptHash,
  ScriptBuilder,
  SighashType,
  SignatureBatch,
  STANDARD_FLAGS,
  scriptForDestination,
  signInput,
  TransactionSignatureChecker,
} from "../../../../src/protocol/script/index.ts";
import { plainFields } from "./plain-transaction.ts";

const BRANCH_ID = 0x76b809bb;
const EMPTY = new Uint8Array(0);

function privateKey(seed: number, compressed = true): PrivateKey {
  return { secret: new Uint8Array(32).fill(seed), compressed };
}

const publicKeyOf = ({ secret, compressed }: PrivateKey) => publicKeyCreate(secret, compressed);
const A = privateKey(1);
const B = privateKey(2);
const C = privateKey(3, false);
const KEYS = [A, B, C].map(publicKeyOf);
const P2PK = payToPublicKey(publicKeyOf(A));
const P2PKH = scriptForDestination(keyDestination(publicKeyOf(B)));
const P2PKH_LONG = scriptForDestination(keyDestination(publicKeyOf(C)));
const MULTISIG = multisigScript(2, KEYS);
const P2SH_MULTISIG = payToScriptHash(hash160(MULTISIG));
const P2SH_P2PKH = payToScriptHash(hash160(P2PKH));

function ring(...keys: PrivateKey[]): KeyRing {
  const result = new KeyRing().addRedeemScript(MULTISIG).addRedeemScript(P2PKH);
  for (const key of keys) result.addKey(key);
  return result;
}

/** A transaction with one input for each script that it spends, and two outputs. */
function spending(scripts: readonly Uint8Array[], version: number): Transaction {
  const inputs = scripts.map((_, index) => ({
    prevout: { txid: new Uint8Array(32).fill(5), index },
    scriptSig: EMPTY,
    sequence: index,
  }));
  const outputs = [1n, 2n].map((value) => ({ value: value * 1000n, script: P2PKH }));
  return makeTransaction(plainFields(version, inputs, outputs));
}

function withScripts(tx: Transaction, scriptSigs: readonly Uint8Array[]): Transaction {
  return makeTransaction({
    ...tx,
    inputs: tx.inputs.map((input, i) => ({ ...input, scriptSig: scriptSigs[i] as Uint8Array })),
  });
}

describe("signing", () => {
  const scripts = [P2PK, P2PKH, P2PKH_LONG, MULTISIG, P2SH_MULTISIG, P2SH_P2PKH];
  const coins = scripts.map((script, i) => ({ value: BigInt(i + 1) * 10_000n, script }));

  for (const version of [1, 2, 4]) {
    test(`completes every standard form in a version ${version} transaction, for every hash type`, () => {
      const unsigned = spending(scripts, version);
      for (const hashType of [1, 2, 3, 0x81, 0x82, 0x83]) {
        const signed = withScripts(
          unsigned,
          coins.map((coin, inputIndex) => {
            const request = { tx: unsigned, inputIndex, coin, branchId: BRANCH_ID, keys: ring(A, B, C), hashType };
            const { scriptSig, error } = signInput(request);
            // SINGLE signs the output of the same number; legacy transactions cannot be signed without one.
            const impossible = version !== 4 && (hashType & 0x1f) === SighashType.SINGLE && inputIndex > 1;
            expect(error === null).toBe(!impossible);
            return scriptSig;
          }),
        );
        if ((hashType & 0x1f) === SighashType.SINGLE) continue;
        const batch = new SignatureBatch();
        for (const [inputIndex, coin] of coins.entries()) {
          const check = { tx: signed, inputIndex, coin, branchId: BRANCH_ID, flags: STANDARD_FLAGS };
          expect(checkInput(check)).toBeNull();
          expect(checkInput({ ...check, batch })).toBeNull();
        }
        expect(batch.size).toBe(3);
        expect(batch.verifyReference()).toBe(-1);
      }
    });
  }

  test("leaves what it has no keys for unsigned", () => {
    const tx = spending(scripts, 4);
    const sign = (inputIndex: number, keys: KeyRing) => {
      const coin = coins[inputIndex] as { value: bigint; script: Uint8Array };
      return signInput({ tx, inputIndex, coin, branchId: BRANCH_ID, keys });
    };
    expect(sign(0, ring(B)).scriptSig.length).toBe(0);
    expect(sign(1, ring(A))).toEqual({ scriptSig: EMPTY, error: "INVALID_STACK_OPERATION" });
    expect(sign(4, new KeyRing().addKey(A).addKey(B)).scriptSig.length).toBe(0);
    const half = sign(4, ring(A));
    expect(half.error).toBe("INVALID_STACK_OPERATION");
    expect(half.scriptSig.length).toBeGreaterThan(MULTISIG.length + 70);
  });

  test("refuses scripts of no standard form", () => {
    const tx = spending([Uint8Array.of(0x61)], 4);
    const coin = { value: 1n, script: Uint8Array.of(0x61) };
    const { scriptSig, error } = signInput({ tx, inputIndex: 0, coin, branchId: BRANCH_ID, keys: ring(A) });
    expect(scriptSig.length).toBe(0);
    expect(error).toBe("EVAL_FALSE");
  });
});

describe("combining signatures", () => {
  const coin = { value: 7n, script: P2SH_MULTISIG };
  const tx = spending([P2SH_MULTISIG], 4);
  const checker = new TransactionSignatureChecker(tx, 0, coin.value, BRANCH_ID);
  const by = (...keys: PrivateKey[]) =>
    signInput({ tx, inputIndex: 0, coin, branchId: BRANCH_ID, keys: ring(...keys) }).scriptSig;
  const combine = (a: Uint8Array, b: Uint8Array) => combineSignatures(coin.script, checker, a, b);
  const isComplete = (scriptSig: Uint8Array) =>
    checkInput({
      tx: withScripts(tx, [scriptSig]),
      inputIndex: 0,
      coin,
      branchId: BRANCH_ID,
      flags: STANDARD_FLAGS,
    }) === null;

  test("completes a multisig spend from parts, in any order", () => {
    for (const [x, y] of [
      [A, B],
      [B, A],
      [A, C],
      [C, B],
    ] as const) {
      expect(isComplete(by(x))).toBe(false);
      const combined = combine(by(x), by(y));
      expect(isComplete(combined)).toBe(true);
      expect(toHex(combine(by(y), by(x)))).toBe(toHex(combined));
    }
  });

  test("keeps a single part, fills the rest with empty signatures, and drops foreign ones", () => {
    expect(toHex(combine(EMPTY, by(A)))).toBe(toHex(by(A)));
    expect(toHex(combine(by(A), EMPTY))).toBe(toHex(by(A)));
    const [signature] = [by(A)];
    const twice = combine(signature as Uint8Array, by(A));
    const single = new ScriptBuilder().op(0).raw((signature as Uint8Array).subarray(1, -(MULTISIG.length + 2)));
    expect(toHex(twice)).toBe(toHex(single.op(0).data(MULTISIG).finish()));
    const foreign = new ScriptBuilder().op(0).data(new Uint8Array(71).fill(1)).data(MULTISIG).finish();
    expect(toHex(combine(foreign, by(A)))).toBe(toHex(twice));
    expect(isComplete(combine(twice, by(B)))).toBe(true);
  });

  test("prefers the side that has a signature for single-key forms", () => {
    const coinOfB = { value: 7n, script: P2PKH };
    const own = spending([P2PKH], 4);
    const signed = signInput({ tx: own, inputIndex: 0, coin: coinOfB, branchId: BRANCH_ID, keys: ring(B) }).scriptSig;
    const ownChecker = new TransactionSignatureChecker(own, 0, 7n, BRANCH_ID);
    expect(combineSignatures(P2PKH, ownChecker, EMPTY, signed)).toEqual(signed);
    expect(combineSignatures(P2PKH, ownChecker, signed, EMPTY)).toEqual(signed);
  });
});

test("an input is batched only if its signature is all that is left to check", () => {
  const coin = { value: 7n, script: P2PKH };
  const unsigned = spending([P2PKH], 4);
  const { scriptSig } = signInput({ tx: unsigned, inputIndex: 0, coin, branchId: BRANCH_ID, keys: ring(B) });
  fc.assert(
    fc.property(fc.nat(scriptSig.length - 1), fc.nat(7), fc.boolean(), (at, bit, standard) => {
      const damaged = scriptSig.slice();
      damaged[at] = (damaged[at] as number) ^ (1 << bit);
      const batch = new SignatureBatch();
      const flags = standard ? STANDARD_FLAGS : CONSENSUS_FLAGS;
      const check = { tx: withScripts(unsigned, [damaged]), inputIndex: 0, coin, branchId: BRANCH_ID, flags };
      const alone = checkInput(check);
      const batched = checkInput({ ...check, batch });
      if (batch.size === 0) expect(batched).toBe(alone);
      else {
        expect(batched).toBeNull();
        expect(alone === null ? null : "EVAL_FALSE").toBe(alone);
        expect(batch.verifyReference()).toBe(alone === null ? -1 : 0);
      }
    }),
    { numRuns: 200 },
  );
});

describe("signature form", () => {
  const HALF = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

  function integer(value: bigint): number[] {
    let hex = value.toString(16);
    if (hex.length % 2) hex = `0${hex}`;
    const bytes = [...Buffer.from(hex, "hex")];
    return (bytes[0] as number) & 0x80 ? [0, ...bytes] : bytes;
  }

  function signature(r: bigint, s: bigint): Uint8Array {
    const [x, y] = [integer(r), integer(s)];
    return Uint8Array.from([0x30, x.length + y.length + 4, 2, x.length, ...x, 2, y.length, ...y, 1]);
  }

  test("low S ends at half the order; a number that is no scalar counts as low", () => {
    for (const s of [1n, HALF - 1n, HALF, ORDER, ORDER + 1n, 2n ** 256n - 1n]) {
      expect(isStrictDerSignature(signature(5n, s))).toBe(true);
      expect(hasLowS(signature(5n, s))).toBe(true);
    }
    for (const s of [HALF + 1n, ORDER - 1n]) expect(hasLowS(signature(5n, s))).toBe(false);
  });

  test("any byte string is judged without reading past its end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        if (isStrictDerSignature(bytes)) expect(bytes.length).toBeGreaterThanOrEqual(9);
      }),
    );
  });
});
